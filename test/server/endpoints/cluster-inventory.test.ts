import assert from 'node:assert/strict'
import { ALL_PERMISSIONS } from '../../../lib/server/auth/permissions.js'
import { getClusterInventory } from '../../../lib/server/endpoints/get-cluster-inventory.js'
import { parseCollectionDefinition } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { ask, assertError } from '../support/ask.js'
import { handleAs } from '../support/handle-as.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

const PATH = '/_api/replication/clusterInventory'

describe('GET clusterInventory', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    const { store, system } = leader
    const { collection } = await fillCollection(store, 'edges', 0, { type: 3 })
    await store.createIndex(collection, { type: 'persistent', fields: ['a'], name: 'byA' })
    const documents = await store.createCollection(system, {
      name: 'documents',
      type: 2,
      parameters: { minRevision: 1667750939696562176n },
    })
    // It then has replaced revisions, which an inventory of tidemark tells with a third attribute.
    await store.applyChunk(documents, chunkOf(['{"_key":"a"}']))
    const other = await store.createDatabase('other')
    await fillCollection(store, 'elsewhere', 1, { database: other })
  })

  after(() => leader.close())

  async function list(query = '', prefix = ''): Promise<string[]> {
    const { status, headers, body } = await ask(leader.url + prefix + PATH + query)
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'application/json')
    const entries = JSON.parse(body.toString()) as unknown[]
    assert.ok(Array.isArray(entries))
    return entries.map((entry) => parseCollectionDefinition(entry, 'an entry').name)
  }

  it('answers with an array of the collections, without a batch', async () => {
    const system = ['_analyzers', '_aqlfunctions', '_graphs', '_users']
    assert.deepEqual(await list(), [...system, 'documents', 'edges'])
  })

  it('gives each collection exactly parameters and indexes, and numbers exactly', async () => {
    const text = (await ask(leader.url + PATH)).body.toString()
    const entries = JSON.parse(text) as Record<string, unknown>[]
    for (const entry of entries) assert.deepEqual(Object.keys(entry), ['parameters', 'indexes'])
    const indexes = entries.at(-1)?.['indexes'] as { name: string }[]
    assert.deepEqual(
      indexes.map(({ name }) => name),
      ['byA'],
    )
    assert.match(text, /"minRevision":1667750939696562176[,}]/)
  })

  it('leaves system collections out only when told so', async () => {
    assert.deepEqual(await list('?includeSystem=false'), ['documents', 'edges'])
    assert.deepEqual(await list('?includeSystem=true'), await list())
  })

  it('lists the database of the path, as it is now', async () => {
    assert.deepEqual(await list('?includeSystem=0', '/_db/other'), ['elsewhere'])
    const other = leader.store.database('other')
    assert.ok(other !== undefined)
    await fillCollection(leader.store, 'later', 0, { database: other })
    assert.deepEqual(await list('?includeSystem=0', '/_db/other'), ['elsewhere', 'later'])
  })

  it('heeds no DBserver, since a single server is none', async () => {
    assert.deepEqual(await list('?DBserver=PRMR-1'), await list())
  })

  it('leaves out what the caller may not read', async () => {
    const entries = (await handleAs(getClusterInventory, leader.store, {
      database: '_system',
      query: { includeSystem: 'false' },
      permissions: {
        ...ALL_PERMISSIONS,
        collection: (database, name) =>
          database === '_system' && name === 'documents' ? 'none' : 'ro',
      },
    })) as unknown[]
    const names = entries.map((entry) => parseCollectionDefinition(entry, 'an entry').name)
    assert.deepEqual(names, ['edges'])
  })

  it('answers other methods with 405', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      assertError(await ask(leader.url + PATH, { method }), 405, 405)
    }
  })

  it('answers as a server that is no coordinator in the form of today', async () => {
    const today = await startTestLeader({ compat: 'arangodb' })
    try {
      for (const query of ['', '?includeSystem=false', '?DBserver=PRMR-1']) {
        assertError(await ask(today.url + PATH + query), 403, 1471)
      }
      assertError(await ask(today.url + PATH, { method: 'PUT' }), 405, 405)
    } finally {
      await today.close()
    }
  })
})
