import assert from 'node:assert/strict'
import type { GlobalSnapshot, Source } from '../../lib/replica/index.js'
import {
  BATCH,
  DELETION,
  INVENTORY,
  loggerStateOf,
  sendError,
  sendJson,
  withLeader,
  type FakeLeader,
  type Script,
} from '../support/fake-leader.js'

const GLOBAL = {
  databases: {
    shop: { id: '9', name: 'shop', collections: [], views: [] },
    _system: { id: '1', name: '_system', collections: [], views: [] },
    'a/b': { id: '8', name: 'a/b', collections: [], views: [] },
  },
}

/** Answers for all databases at once; `own` may answer for one of them. */
function globally(own: Script['intercept'] = () => false): Script {
  return {
    database: '_system',
    intercept: (call, response) => {
      const isGlobal = call.name === INVENTORY && call.query['global'] === 'true'
      return isGlobal ? sendJson(response, GLOBAL) : own(call, response)
    },
  }
}

async function openAll(source: Source): Promise<GlobalSnapshot> {
  assert.ok(source.openGlobalSnapshot !== undefined)
  return source.openGlobalSnapshot()
}

describe('Source.openGlobalSnapshot of a server', () => {
  it('reads all databases in one batch of _system, which is deleted at the end', async () => {
    await withLeader(globally(), async ({ source, calls }) => {
      const all = await openAll(source)
      assert.deepEqual(all.databases, ['_system', 'a/b', 'shop'])
      assert.equal(all.tick, 1000n)
      for (const name of all.databases) {
        const one = all.source(name)
        assert.equal(one.database, name)
        const snapshot = await one.openSnapshot()
        assert.equal(snapshot.tick, 1000n)
        const { collections } = await snapshot.inventory()
        assert.deepEqual(
          collections.map(({ definition }) => definition.name),
          ['c'],
        )
        await snapshot.close()
        await one.close()
      }
      assert.ok(calls.every(({ name }) => name !== DELETION))
      await all.close()
      const batches = calls.filter(({ name }) => [BATCH, DELETION].includes(name))
      assert.deepEqual(
        batches.map(({ name, path }) => [name, path.startsWith('/_db/_system/')]),
        [
          [BATCH, true],
          [DELETION, true],
        ],
      )
      const inventories = calls.filter(({ name }) => name === INVENTORY)
      assert.deepEqual(
        inventories.map(({ path, query }) => [path.split('/')[2], query['batchId']]),
        [
          ['_system', '77'],
          ['_system', '77'],
          ['a%2Fb', '77'],
          ['shop', '77'],
        ],
      )
    })
  })

  it('reads what a snapshot is asked for in the database of its source', async () => {
    await withLeader({ ...globally(), parts: ['{"_key":"a"}\n'] }, async ({ source, calls }) => {
      const all = await openAll(source)
      const one = all.source('a/b')
      const snapshot = await one.openSnapshot()
      const [collection] = (await snapshot.inventory()).collections
      assert.ok(collection !== undefined)
      for await (const { chunk } of snapshot.dump(collection.definition)) {
        assert.equal(chunk.lineCount, 1)
      }
      const dump = calls.find(({ name }) => name.endsWith('/dump'))
      assert.equal(dump?.path, '/_db/a%2Fb/_api/replication/dump')
      assert.equal(dump.query['batchId'], '77')
      await one.close()
      await all.close()
    })
  })

  /** Every database but `_system` knows no batch but its own. */
  const apart: Script['intercept'] = ({ name, path, query }, response) => {
    const isOther = !path.startsWith('/_db/_system/')
    if (isOther && name === BATCH) return sendJson(response, { ...BATCH_OF_OTHER })
    const isUnknown = query['batchId'] === '77' && isOther && name === INVENTORY
    return isUnknown && sendError(response, 404, 1600)
  }
  const BATCH_OF_OTHER = { id: '78', lastTick: '1002', state: loggerStateOf() }

  it('takes a batch of its own where a server keeps batches apart, and says so', async () => {
    await withLeader(globally(apart), async ({ source, calls, notices }) => {
      const all = await openAll(source)
      const one = all.source('shop')
      const told: string[] = []
      one.onNotice = ({ kind, message }) => told.push(`${kind}: ${message}`)
      const snapshot = await one.openSnapshot()
      assert.equal(snapshot.tick, 1002n)
      assert.equal((await snapshot.inventory()).collections.length, 1)
      assert.equal(told.length, 1)
      assert.match(
        told[0] ?? '',
        /^warning: http:.*\/_db\/shop is read as it is now, later than .*: the server knows no batch/,
      )
      assert.deepEqual(notices, [])
      await one.close()
      const deleted = calls.filter(({ name }) => name.startsWith('DELETE '))
      assert.deepEqual(
        deleted.map(({ path }) => path),
        ['/_db/shop/_api/replication/batch/78'],
      )
      await all.close()
    })
  })

  it('does not do so when the batch is gone everywhere', async () => {
    const gone: Script['intercept'] = ({ name, query }, response) => {
      const isExtension = name.startsWith('PUT ')
      const isUnknown = isExtension || (name === INVENTORY && query['batchId'] === '77')
      return isUnknown && sendError(response, 404, 1600)
    }
    await withLeader(globally(gone), async ({ source, names }) => {
      const all = await openAll(source)
      await assert.rejects(all.source('shop').openSnapshot(), {
        code: 'ERR_REMOTE_STATUS',
        message: /\/_db\/shop: the batch is gone/,
      })
      assert.equal(names().filter((name) => name === BATCH).length, 1)
      await all.close()
    })
  })

  it('passes on that a database is not there, or not granted', async () => {
    const refusing: Script['intercept'] = ({ path }, response) => {
      if (path.startsWith('/_db/shop/')) return sendError(response, 404, 1228)
      return path.startsWith('/_db/a%2Fb/') && sendError(response, 401, 11)
    }
    await withLeader(globally(refusing), async ({ source }) => {
      const all = await openAll(source)
      await assert.rejects(all.source('shop').openSnapshot(), { status: 404, errorNum: 1228 })
      await assert.rejects(all.source('a/b').openSnapshot(), { code: 'ERR_REMOTE_UNAUTHORIZED' })
      await all.close()
    })
  })

  const answers: readonly (readonly [string, object, RegExp])[] = [
    ['no databases', { collections: [] }, /the answer is not what it should be/],
    ['a database without a name', { databases: { a: { id: '1' } } }, /not what it should be/],
  ]
  for (const [title, answer, message] of answers) {
    it(`refuses an inventory with ${title}, and gives the batch back`, async () => {
      const script: Script = {
        database: '_system',
        intercept: ({ name }, response) => name === INVENTORY && sendJson(response, answer),
      }
      await withLeader(script, async ({ source, names }: FakeLeader) => {
        await assert.rejects(openAll(source), {
          code: 'ERR_REMOTE_ANSWER',
          errorNum: 1401,
          message,
        })
        assert.equal(names().at(-1), DELETION)
      })
    })
  }

  it('has to be asked of _system', async () => {
    await withLeader({ database: 'shop' }, async ({ source, calls }) => {
      await assert.rejects(openAll(source), {
        name: 'RangeError',
        message: /: that has to be asked of _system, not of "shop"$/,
      })
      assert.deepEqual(calls, [])
    })
  })

  it('refuses to read once it is closed', async () => {
    await withLeader(globally(), async ({ source }) => {
      const all = await openAll(source)
      await all.close()
      assert.throws(() => all.source('shop'), TypeError)
    })
  })
})
