import assert from 'node:assert/strict'
import { ALL_PERMISSIONS, type Permissions } from '../../../lib/server/auth/permissions.js'
import { getInventory } from '../../../lib/server/endpoints/get-inventory.js'
import {
  parseGlobalInventory,
  parseInventory,
  type DatabaseInventory,
} from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { ask, askJson, assertError } from '../support/ask.js'
import { createFakeClock } from '../support/fake-clock.js'
import { handleAs } from '../support/handle-as.js'
import { openBatch } from '../support/replication.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('GET inventory', () => {
  const clock = createFakeClock()
  let leader: TestLeader
  let batchId: string
  let inventory: string

  before(async () => {
    leader = await startTestLeader({ clock })
    const { store, system, url } = leader
    const { collection } = await fillCollection(store, 'edges', 0, { type: 3 })
    await store.createIndex(collection, { type: 'persistent', fields: ['a'], name: 'byA' })
    await fillCollection(store, 'documents', 2)
    await store.createCollection(system, { name: '_jobs', type: 2 })
    await store.createCollection(system, {
      name: 'exact',
      type: 2,
      parameters: { minRevision: 1667750939696562176n },
    })
    await store.createView(system, { name: 'view', type: 'arangosearch' })
    const other = await store.createDatabase('other')
    await fillCollection(store, 'elsewhere', 1, { database: other })
    await store.createView(other, { name: 'elsewhere view', type: 'arangosearch' })
    batchId = await openBatch(url)
    inventory = '/_api/replication/inventory'
  })

  after(() => leader.close())

  /** Names of the collections that an inventory lists. */
  async function names(query: string, prefix = ''): Promise<string[]> {
    const url = `${leader.url}${prefix}${inventory}?batchId=${batchId}${query}`
    const { status, value } = await askJson(url)
    assert.equal(status, 200)
    return parseInventory(value).collections.map(({ name }) => name)
  }

  it('lists documents before edges, then by name, with indexes and views', async () => {
    const { headers, value } = await askJson(`${leader.url}${inventory}?batchId=${batchId}`)
    assert.equal(headers['content-type'], 'application/json')
    assert.deepEqual(Object.keys(value), ['properties', 'collections', 'views', 'state', 'tick'])
    const { collections, views, properties } = parseInventory(value)
    assert.deepEqual(
      collections.map(({ name }) => name),
      ['_analyzers', '_aqlfunctions', '_graphs', '_users', 'documents', 'exact', 'edges'],
    )
    assert.deepEqual(
      collections.at(-1)?.indexes.map(({ name }) => name),
      ['byA'],
    )
    assert.deepEqual(
      views.map(({ name }) => name),
      ['view'],
    )
    assert.deepEqual(properties, { id: '1', name: '_system', isSystem: true })
  })

  it('keeps numbers that JavaScript cannot hold', async () => {
    const reply = await ask(`${leader.url}${inventory}?batchId=${batchId}`)
    assert.match(reply.body.toString(), /"minRevision":1667750939696562176[,}]/)
  })

  it('tells the position of the snapshot, and no other', async () => {
    const old = await openBatch(leader.url)
    const lastTick = leader.store.lastTick.toString()
    await fillCollection(leader.store, 'made later', 1)
    const { value } = await askJson(`${leader.url}${inventory}?batchId=${old}`)
    const { state, collections } = parseInventory(value)
    assert.equal(state?.lastLogTick.toString(), lastTick)
    assert.equal(state.isRunning, true)
    assert.match(state.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.ok(!collections.some(({ name }) => name === 'made later'))
  })

  it('leaves system collections out with includeSystem=false, and includes them otherwise', async () => {
    assert.deepEqual(await names('&includeSystem=false'), ['documents', 'exact', 'edges'])
    assert.deepEqual(await names('&includeSystem=0'), ['documents', 'exact', 'edges'])
    assert.deepEqual(await names('&includeSystem=true'), await names(''))
  })

  it('includes the queues only when they are asked for', async () => {
    assert.ok((await names('&includeFoxxQueues=true')).includes('_jobs'))
    assert.ok(!(await names('&includeFoxxQueues=false')).includes('_jobs'))
  })

  it('lists the database of the path', async () => {
    const expected = ['_analyzers', '_aqlfunctions', '_graphs', 'elsewhere']
    assert.deepEqual(await names('', '/_db/other'), expected)
  })

  it('lists a single collection without properties and views', async () => {
    for (const collection of ['edges', 'unknown', 'elsewhere']) {
      const url = `${leader.url}${inventory}?batchId=${batchId}&collection=${collection}`
      const { status, value } = await askJson(url)
      assert.equal(status, 200)
      assert.deepEqual(Object.keys(value), ['collections', 'views', 'state', 'tick'])
      const { collections, views } = parseInventory(value)
      assert.deepEqual(
        collections.map(({ name }) => name),
        collection === 'edges' ? ['edges'] : [],
      )
      assert.deepEqual(views, [])
    }
    assert.deepEqual(await names('&collection=_users&includeSystem=false'), [])
  })

  it('tells of replaced revisions, in every kind of inventory', async () => {
    const other = await startTestLeader()
    try {
      const { store, system, url } = other
      const collection = await store.createCollection(system, { name: 'c', type: 2 })
      await store.createCollection(system, { name: 'd', type: 2 })
      await store.applyChunk(collection, chunkOf(['{"_key":"a"}']))
      const id = await openBatch(url)
      for (const query of ['', '&collection=c', '&global=true']) {
        const { value } = await askJson(`${url}${inventory}?batchId=${id}${query}`)
        const isGlobal = query === '&global=true'
        const database = isGlobal ? parseGlobalInventory(value).databases[0] : parseInventory(value)
        const told = database?.collections.filter((each) => 'hasReplacedRevisions' in each)
        assert.deepEqual(
          told?.map(({ name }) => name),
          ['c'],
        )
      }
    } finally {
      await other.close()
    }
  })

  it('lists all databases when it is global, whatever collection is named', async () => {
    const query = `batchId=${batchId}&global=true&collection=edges&includeSystem=false`
    const { value } = await askJson(`${leader.url}${inventory}?${query}`)
    assert.deepEqual(Object.keys(value), ['databases', 'state', 'tick'])
    const { databases } = parseGlobalInventory(value)
    const listed = databases.map(({ id, name, collections }) => [id, name, collections.length])
    assert.deepEqual(listed.map(([, name, count]) => [name, count]).toSorted(), [
      ['_system', 3],
      ['other', 1],
    ])
    assert.ok(listed.every(([id]) => /^\d+$/.test(String(id))))
  })

  it('refuses a global inventory outside _system with 403 and 11', async () => {
    const url = `${leader.url}/_db/other${inventory}?batchId=${batchId}&global=true`
    assertError(await ask(url), 403, 11)
  })

  it('refuses a missing, unknown or expired batch with 404 and 1600', async () => {
    const expired = await openBatch(leader.url, 5)
    clock.move(5_000)
    for (const query of ['', '?batchId=', '?batchId=1', '?batchId=x', `?batchId=${expired}`]) {
      assertError(await ask(`${leader.url}${inventory}${query}`), 404, 1600)
    }
  })

  it('tells of every database what its own inventory does', async () => {
    const query = `batchId=${batchId}&includeFoxxQueues=true`
    const { value } = await askJson(`${leader.url}${inventory}?${query}&global=true`)
    const { databases, state } = parseGlobalInventory(value)
    assert.deepEqual(
      databases.map(({ name }) => name),
      ['_system', 'other'],
    )
    for (const { name, properties, collections, views } of databases) {
      const own = await askJson(`${leader.url}/_db/${name}${inventory}?${query}`)
      const told = parseInventory(own.value)
      assert.deepEqual({ properties, collections, views }, pick(told))
      assert.equal(state?.lastLogTick, told.state?.lastLogTick)
    }
  })

  it('has in a global inventory what was there at the snapshot, and nothing else', async () => {
    const { store, url } = leader
    await store.createDatabase('dropped later')
    const id = await openBatch(url)
    await store.dropDatabase('dropped later')
    await store.createDatabase('made later')
    try {
      const { value } = await askJson(`${url}${inventory}?batchId=${id}&global=true`)
      assert.deepEqual(
        parseGlobalInventory(value).databases.map(({ name }) => name),
        ['_system', 'other', 'dropped later'],
      )
    } finally {
      await store.dropDatabase('made later')
    }
  })

  it('heeds no DBserver, since a single server is none', async () => {
    assert.deepEqual(await names('&DBserver=PRMR-1'), await names(''))
    const query = `?DBserver=PRMR-1&batchId=${batchId}&global=true`
    assert.equal((await ask(`${leader.url}${inventory}${query}`)).status, 200)
  })

  describe('for a caller with grants', () => {
    /** Nothing of one collection of `_system`, and nothing of the database `other`. */
    const permissions: Permissions = {
      ...ALL_PERMISSIONS,
      database: (name) => (name === 'other' ? 'none' : 'ro'),
      collection: (database, name) => {
        if (database === 'other') return 'none'
        return name === 'documents' ? 'none' : 'ro'
      },
    }
    const handle = (query: Record<string, string>): Promise<unknown> =>
      handleAs(getInventory, leader.store, { database: '_system', query, permissions })

    it('leaves out what is not granted, without a word', async () => {
      const { collections, views } = parseInventory(await handle({ includeSystem: 'false' }))
      const listed = collections.map(({ name }) => name)
      assert.ok(listed.includes('edges') && !listed.includes('documents'))
      assert.equal(views.length, 1)
      const single = parseInventory(await handle({ collection: 'documents' }))
      assert.deepEqual(single.collections, [])
    })

    it('names a database that is not granted, and tells nothing of it', async () => {
      const { databases } = parseGlobalInventory(await handle({ global: 'true' }))
      const other = databases.find(({ name }) => name === 'other')
      assert.deepEqual([other?.collections, other?.views], [[], []])
      const system = databases.find(({ name }) => name === '_system')
      const listed = system?.collections.map(({ name }) => name) ?? []
      assert.ok(listed.includes('edges') && !listed.includes('documents'))
    })
  })
})

function pick({ properties, collections, views }: DatabaseInventory): DatabaseInventory {
  return { properties, collections, views }
}
