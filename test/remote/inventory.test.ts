import assert from 'node:assert/strict'
import {
  collectionOf,
  COUNT,
  INVENTORY,
  sendError,
  sendJson,
  withLeader,
  type Script,
} from '../support/fake-leader.js'

const counting: Script['intercept'] = ({ name }, response) => {
  const match = /^GET \/_api\/collection\/(.*)\/count$/.exec(name)
  if (match === null) return false
  if (match[1] === 'gone') return sendError(response, 404, 1203)
  return sendJson(response, { count: (match[1] ?? '').length })
}

describe('Snapshot.inventory of a server', () => {
  it('tells collections, views and properties, system ones too, deleted ones not', async () => {
    const inventory = {
      collections: [
        collectionOf('_graphs'),
        collectionOf('old', { deleted: true }),
        collectionOf('c', { type: 3 }),
      ],
      views: [{ name: 'v', type: 'arangosearch', links: {} }],
      properties: { id: '1', name: 's/p' },
    }
    await withLeader({ inventory, intercept: counting }, async ({ source, calls }) => {
      const snapshot = await source.openSnapshot()
      const found = await snapshot.inventory()
      assert.deepEqual(
        found.collections.map(({ definition, size }) => [definition.name, definition.type, size]),
        [
          ['_graphs', 2, { documents: 7, bytes: undefined }],
          ['c', 3, { documents: 1, bytes: undefined }],
        ],
      )
      assert.deepEqual(
        found.views.map(({ name }) => name),
        ['v'],
      )
      assert.deepEqual(found.properties, inventory.properties)
      const { query } = calls.find(({ name }) => name === INVENTORY) ?? {}
      const { serverId } = calls[0]?.query ?? {}
      assert.deepEqual(query, { batchId: '77', includeSystem: 'true', serverId })
    })
  })

  it('tells which collections could not keep their revisions, where the server says so', async () => {
    const inventory = {
      collections: [
        { ...collectionOf('a'), hasReplacedRevisions: true },
        { ...collectionOf('b'), hasReplacedRevisions: 'true' },
        collectionOf('c', { hasReplacedRevisions: true }),
      ],
    }
    await withLeader({ inventory, intercept: counting }, async ({ source }) => {
      const { collections } = await (await source.openSnapshot()).inventory()
      assert.deepEqual(
        collections.map(({ hasReplacedRevisions }) => hasReplacedRevisions),
        [true, false, false],
      )
      assert.ok(collections.every(({ definition }) => !('hasReplacedRevisions' in definition)))
      assert.equal(collections[0]?.size.documents, 1)
    })
  })

  it('keeps numbers that JavaScript cannot hold', async () => {
    const text = JSON.stringify({ collections: [collectionOf('c', { minRevision: 12345 })] })
    const script: Script = {
      intercept({ name }, response) {
        if (name !== INVENTORY) return false
        response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
        response.end(text.replace('12345', '18446744073709551615'))
        return true
      },
    }
    await withLeader(script, async ({ source }) => {
      const { collections } = await (await source.openSnapshot()).inventory()
      const value = collections[0]?.definition.parameters['minRevision']
      assert.equal(String(value), '18446744073709551615')
    })
  })

  it('does without a count of a collection that went meanwhile', async () => {
    const inventory = { collections: ['gone', 'a', 'bb'].map((name) => collectionOf(name)) }
    await withLeader({ inventory, intercept: counting }, async ({ source }) => {
      const { collections } = await (await source.openSnapshot()).inventory()
      assert.deepEqual(
        collections.map(({ size }) => size.documents),
        [undefined, 1, 2],
      )
    })
  })

  it('asks for no more counts once the server has refused one', async () => {
    const collections = Array.from({ length: 40 }, () => collectionOf('c'))
    await withLeader({ inventory: { collections } }, async ({ source, names, notices }) => {
      const { collections: found } = await (await source.openSnapshot()).inventory()
      assert.equal(found.length, 40)
      assert.ok(found.every(({ size }) => size.documents === undefined))
      assert.ok(names().filter((name) => name === COUNT).length <= 8)
      assert.deepEqual(notices, [])
    })
  })

  it('says that the batch is gone', async () => {
    const script: Script = {
      intercept: ({ name }, response) => name === INVENTORY && sendError(response, 404, 1600),
    }
    await withLeader(script, async ({ source }) => {
      const snapshot = await source.openSnapshot()
      await assert.rejects(snapshot.inventory(), {
        code: 'ERR_REMOTE_STATUS',
        errorNum: 1600,
        message: /^Cannot read the inventory at .*: the batch is gone: it expired, or the server/,
      })
    })
  })

  it('refuses an inventory without collections', async () => {
    await withLeader({ inventory: { collections: {} } }, async ({ source }) => {
      const snapshot = await source.openSnapshot()
      await assert.rejects(snapshot.inventory(), {
        code: 'ERR_REMOTE_ANSWER',
        errorNum: 1401,
        message: /"collections" is not an array/,
      })
    })
  })

  it('asks again after a lost answer, on any server', async () => {
    let isLost = false
    const script: Script = {
      intercept({ name }, response) {
        if (name !== INVENTORY || isLost) return false
        isLost = true
        response.socket?.resetAndDestroy()
        return true
      },
    }
    await withLeader(script, async ({ source, notices }) => {
      const snapshot = await source.openSnapshot()
      assert.equal((await snapshot.inventory()).collections.length, 1)
      assert.equal(notices.length, 1)
    })
  })
})
