import assert from 'node:assert/strict'
import { openRemote } from '../../lib/remote/index.js'
import type { KeyAccess, KeyChunk } from '../../lib/replica/index.js'
import { parseRevision } from '../../lib/values/index.js'
import { KeysHash } from '../../lib/wire/index.js'
import { fillCollection, startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { chunkOf } from '../support/chunk.js'
import { sendError, sendJson, withLeader, type Call, type Script } from '../support/fake-leader.js'
import { collectAll } from '../support/streams.js'

const COUNT = 5100
const KEYS = 'POST /_api/replication/keys'
const JOB = 'PUT /_api/job/7'
const JOB_ID = 'x-arango-async-id'

/** Works with the keys of a collection of a leader. */
async function withKeys(
  { url }: TestLeader,
  name: string,
  use: (access: KeyAccess) => Promise<void>,
): Promise<void> {
  const source = openRemote({ kind: 'remote', url, database: '_system' }, { retryDelayMs: 1 })
  const snapshot = await source.openSnapshot()
  try {
    const { collections } = await snapshot.inventory()
    const found = collections.find(({ definition }) => definition.name === name)
    assert.ok(found !== undefined)
    const access = await snapshot.seekKeys?.(found.definition)
    assert.ok(access !== undefined)
    await use(access).finally(() => access.close())
  } finally {
    await snapshot.close()
    await source.close()
  }
}

async function readLines(
  access: KeyAccess,
  chunk: KeyChunk,
  positions: readonly number[],
): Promise<readonly string[]> {
  const rows = await access.keys(chunk)
  const wanted = positions.map((position) => ({
    position,
    revision: parseRevision(rows[position]?.rev ?? ''),
  }))
  const dumped = await collectAll(access.documents(chunk, wanted))
  return dumped.flatMap(({ chunk: { buffer } }) => buffer.toString().trimEnd().split('\n'))
}

describe('Snapshot.seekKeys of a server', () => {
  let leader: TestLeader
  let documents: readonly string[]

  before(async () => {
    leader = await startTestLeader({ compat: 'arangodb-3.7' })
    ;({ documents } = await fillCollection(leader.store, 'c', COUNT))
  })

  after(() => leader.close())

  it('gives the chunks of a collection, and the keys in them', () =>
    withKeys(leader, 'c', async (access) => {
      assert.equal(access.count, COUNT)
      const chunks = await access.chunks()
      assert.deepEqual(
        chunks.map(({ count }) => count),
        [5000, undefined],
      )
      const keys = documents.map((_, index) => `key${index}`).sort()
      const read: string[] = []
      for (const chunk of chunks) {
        const rows = await access.keys(chunk)
        const hash = new KeysHash()
        for (const { key, rev } of rows) hash.add(key, rev)
        assert.equal(hash.value, chunk.hash)
        read.push(...rows.map(({ key }) => key))
      }
      assert.deepEqual(read, keys)
    }))

  it('gives documents as they are, in the order of their places', () =>
    withKeys(leader, 'c', async (access) => {
      const keys = documents.map((_, index) => `key${index}`).sort()
      const [, last] = await access.chunks()
      assert.ok(last !== undefined)
      const lines = await readLines(access, last, [0, 3, 99])
      const wanted = [5000, 5003, 5099].map((place) => {
        return documents[Number(keys[place]?.slice('key'.length))]
      })
      assert.deepEqual(
        lines.map((line) => line.trim()),
        wanted,
      )
      assert.deepEqual(await readLines(access, last, []), [])
    }))

  it('asks again for what an answer has left out', async () => {
    const large = await leader.store.createCollection(leader.system, { name: 'large', type: 2 })
    const text = 'x'.repeat(5 * 1024 * 1024)
    for (const key of ['a', 'b', 'c']) {
      await leader.store.applyChunk(large, chunkOf([JSON.stringify({ _key: key, text })]))
    }
    await withKeys(leader, 'large', async (access) => {
      const [chunk] = await access.chunks()
      assert.ok(chunk !== undefined)
      const lines = await readLines(access, chunk, [0, 1, 2])
      const keys = lines.map((line) => (JSON.parse(line) as { _key: string })._key)
      assert.deepEqual(keys, ['a', 'b', 'c'])
    })
  })

  it('gives no chunks of a collection without documents', async () => {
    await fillCollection(leader.store, 'none', 0)
    await withKeys(leader, 'none', async (access) => {
      assert.equal(access.count, 0)
      assert.deepEqual(await access.chunks(), [])
    })
  })
})

/** Opens the keys of the only collection of a made-up leader. */
async function openKeys(script: Script): Promise<{
  readonly access: KeyAccess | undefined
  readonly calls: readonly Call[]
}> {
  const found: { access: KeyAccess | undefined; calls: readonly Call[] } = {
    access: undefined,
    calls: [],
  }
  await withLeader({ version: '3.7.18', ...script }, async ({ source, calls }) => {
    found.calls = calls
    const snapshot = await source.openSnapshot()
    const [first] = (await snapshot.inventory()).collections
    assert.ok(first !== undefined)
    found.access = await snapshot.seekKeys?.(first.definition)
  })
  return found
}

describe('Snapshot.seekKeys of a made-up server', () => {
  it('asks as followers do', async () => {
    const { access, calls } = await openKeys({
      intercept: ({ name }, response) =>
        name === KEYS && sendJson(response, { id: '77-3', count: 12 }),
    })
    assert.equal(access?.count, 12)
    const [call, ...others] = calls.filter(({ name }) => name === KEYS)
    assert.equal(others.length, 0)
    const { collection, batchId, to, quick, serverId } = call?.query ?? {}
    assert.deepEqual([collection, batchId, to, quick], ['h1/c', '77', '1000', 'true'])
    assert.match(serverId ?? '', /^\d+$/)
  })

  for (const [status, errorNum] of [
    [501, 1470],
    [405, 405],
    [404, 404],
  ] as const) {
    it(`is undefined where the server answers ${status}`, async () => {
      const { access } = await openKeys({
        intercept: ({ name }, response) => name === KEYS && sendError(response, status, errorNum),
      })
      assert.equal(access, undefined)
    })
  }

  it('fails where the collection is unknown', async () => {
    const refused = { code: 'ERR_REMOTE_STATUS', errorNum: 1203 }
    const intercept: Script['intercept'] = ({ name }, response) =>
      name === KEYS && sendError(response, 404, 1203)
    await assert.rejects(openKeys({ intercept }), refused)
  })

  it('asks to be answered later where there are too many documents', async () => {
    let polls = 0
    const { access, calls } = await openKeys({
      intercept: ({ name, query, headers }, response) => {
        if (name === JOB) {
          polls += 1
          if (polls === 1) {
            response.writeHead(204).end()
            return true
          }
          response.setHeader(JOB_ID, '7')
          return sendJson(response, { id: '77-3', count: 2_000_000 })
        }
        if (name !== KEYS) return false
        if (query['quick'] === 'true') return sendJson(response, { count: 2_000_000 })
        assert.equal(headers['x-arango-async'], 'store')
        response.writeHead(202, { [JOB_ID]: '7' }).end()
        return true
      },
    })
    assert.equal(access?.count, 2_000_000)
    assert.equal(polls, 2)
    assert.equal(calls.filter(({ name }) => name === KEYS).length, 2)
  })

  it('takes an answer that comes at once nevertheless', async () => {
    const { access } = await openKeys({
      intercept: ({ name, query }, response) => {
        if (name !== KEYS) return false
        const count = 2_000_000
        return sendJson(response, query['quick'] === 'true' ? { count } : { id: '77-3', count })
      },
    })
    assert.equal(access?.count, 2_000_000)
  })

  it('fails where the server tells no job, or forgets it', async () => {
    const later = (headers: Record<string, string>): NonNullable<Script['intercept']> => {
      return ({ name, query }, response) => {
        if (name === JOB) return sendError(response, 404, 404)
        if (name !== KEYS) return false
        if (query['quick'] === 'true') return sendJson(response, { count: 2_000_000 })
        response.writeHead(202, headers).end()
        return true
      }
    }
    await assert.rejects(openKeys({ intercept: later({}) }), { code: 'ERR_REMOTE_ANSWER' })
    const forgets = { code: 'ERR_REMOTE_STATUS', status: 404 }
    await assert.rejects(openKeys({ intercept: later({ [JOB_ID]: '7' }) }), forgets)
  })
})
