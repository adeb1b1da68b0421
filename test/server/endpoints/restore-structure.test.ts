import assert from 'node:assert/strict'
import type { StoreCollection, StoreView } from '../../../lib/store/index.js'
import { parseRevision } from '../../../lib/values/index.js'
import type { JsonObject } from '../../../lib/wire/index.js'
import { assertError } from '../support/ask.js'
import {
  askRestore,
  askRestoreJson,
  messageOf,
  VELOCYPACK,
  velocyPack,
} from '../support/restore.js'
import {
  databaseOf,
  fillCollection,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'
import { addUser, bearerOf, TEST_SECRET } from '../support/users.js'

const AUTH = { kind: 'on', rootPassword: 'root', jwtSecret: TEST_SECRET } as const
const INDEX = { type: 'persistent', fields: ['a'], name: 'byA', id: '900' }

describe('PUT restore-collection', () => {
  let test: TestLeader

  before(async () => {
    test = await startTestLeader()
  })

  after(() => test.close())

  async function restore(
    parameters: JsonObject,
    query = '',
    indexes: readonly unknown[] = [],
  ): Promise<StoreCollection> {
    const reply = await askRestoreJson(test, `restore-collection${query}`, { parameters, indexes })
    assert.equal(reply.status, 200, reply.body.toString())
    assert.deepEqual(JSON.parse(reply.body.toString()), { result: true })
    return collectionOf(String(parameters['name']))
  }

  function collectionOf(name: string): StoreCollection {
    const found = test.store
      .collections(test.system)
      .find(({ definition }) => definition.name === name)
    assert.ok(found, name)
    return found
  }

  it('makes a collection as it is declared, with ids of its own and without its indexes', async () => {
    const own = { waitForSync: true, keyOptions: { type: 'padded', allowUserKeys: true } }
    const ids = { id: '4711', cid: '4711', planId: '4711', globallyUniqueId: 'h1/4711' }
    const { definition, id } = await restore({ name: 'made', type: 3, ...own, ...ids }, '', [INDEX])
    const { parameters, type, indexes, globallyUniqueId } = definition
    assert.deepEqual([type, indexes, globallyUniqueId], [3, [], 'h1/4711'])
    assert.deepEqual([parameters['waitForSync'], parameters['keyOptions']], Object.values(own))
    assert.notEqual(id, 4711)
    assert.deepEqual([parameters['id'], parameters['cid']], [String(id), String(id)])
  })

  it('begins its tree now, whatever revisions the dump was of', async () => {
    const before = test.store.lastTick
    const { definition } = await restore({ name: 'tree', type: 2, minRevision: '_ZZZZZZZ---' })
    assert.ok(parseRevision(String(definition.parameters['minRevision'])) >= before)
  })

  it('refuses one that is there, unless it is to be put in its place', async () => {
    const { collection } = await fillCollection(test.store, 'there', 3)
    const body = { parameters: { name: 'there', type: 3 }, indexes: [] }
    const refused = await askRestoreJson(test, 'restore-collection?overwrite=false', body)
    assertError(refused, 409, 1207)
    assert.match(messageOf(refused), /"there"/)
    assert.equal(collectionOf('there').documents, 3)
    const replaced = await restore({ name: 'there', type: 3 }, '?overwrite=true&force=true')
    assert.notEqual(replaced.id, collection.id)
    assert.deepEqual([replaced.documents, replaced.definition.type], [0, 3])
  })

  it('leaves a collection alone that has the globallyUniqueId, but another name', async () => {
    const first = await restore({ name: 'first', type: 2, globallyUniqueId: 'h9/1' })
    const second = await restore(
      { name: 'second', type: 2, globallyUniqueId: 'h9/1' },
      '?overwrite=1',
    )
    assert.equal(collectionOf('first').id, first.id)
    assert.notEqual(second.definition.globallyUniqueId, 'h9/1')
    const again = await restore(
      { name: 'first', type: 2, globallyUniqueId: 'h9/1' },
      '?overwrite=1',
    )
    assert.equal(again.definition.globallyUniqueId, 'h9/1')
  })

  it('keeps system collections, and empties them where they are to be replaced', async () => {
    const graphs = collectionOf('_graphs')
    await test.store.put(graphs, '{"_key":"g"}')
    assert.equal((await restore({ name: '_graphs', type: 2 })).documents, 1)
    const emptied = await restore({ name: '_graphs', type: 2 }, '?overwrite=yes')
    assert.deepEqual([emptied.documents, emptied.id], [0, graphs.id])
    assert.equal((await restore({ name: '_apps', type: 2 })).definition.isSystem, true)
  })

  it('passes over one that was dropped, and takes a type that is no number for documents', async () => {
    const body = { parameters: { name: 'gone', type: 2, deleted: true }, indexes: [] }
    assert.equal((await askRestoreJson(test, 'restore-collection', body)).status, 200)
    assert.equal(test.store.collection(test.system, 'gone'), undefined)
    assert.equal((await restore({ name: 'texts', type: '3' })).definition.type, 2)
    assert.equal((await restore({ name: 'untyped' })).definition.type, 2)
  })

  it('reads VelocyPack too', async () => {
    const body = velocyPack('{"parameters":{"name":"packed","type":3},"indexes":[]}')
    assert.equal((await askRestore(test, 'restore-collection', body, VELOCYPACK)).status, 200)
    assert.equal(collectionOf('packed').definition.type, 3)
  })
})

describe('PUT restore-indexes', () => {
  let test: TestLeader

  before(async () => {
    test = await startTestLeader()
    await fillCollection(test.store, 'c', 3)
  })

  after(() => test.close())

  function indexes(): readonly JsonObject[] {
    return test.store.collection(test.system, 'c')?.definition.indexes ?? []
  }

  async function restore(...given: unknown[]): Promise<ReturnType<typeof askRestore>> {
    const body = { parameters: { name: 'c', type: 2 }, indexes: given }
    return askRestoreJson(test, 'restore-indexes?force=false', body)
  }

  it('makes what a dump declares, of types that nothing is known of too', async () => {
    const kinds = [
      { ...INDEX, selectivityEstimate: 1, figures: {} },
      { type: 'inverted', fields: [{ name: 'text' }], name: 'inv', id: '901', analyzer: 'x' },
      { type: 'geo1', fields: ['place'], name: 'geo', id: '902', geoJson: true },
      { type: 'geo2', fields: ['lat', 'lon'], name: 'geo2', id: '903' },
      { type: 'primary', fields: ['_key'], id: '0' },
      { type: 'edge', fields: ['_from', '_to'], id: '1' },
      { fields: ['untyped'], name: 'untyped' },
    ]
    assert.equal((await restore(...kinds)).status, 200)
    assert.deepEqual(indexes(), [
      INDEX,
      kinds[1],
      { ...kinds[2], type: 'geo' },
      { ...kinds[3], type: 'geo' },
    ])
  })

  it('makes none twice', async () => {
    const before = indexes()
    const { name: _name, id: _id, ...nameless } = INDEX
    assert.equal((await restore(INDEX, nameless, { ...INDEX, name: 'other', id: '7' })).status, 200)
    assert.deepEqual(indexes(), before)
  })

  it('gives new ids and names where they are taken or missing', async () => {
    assert.equal(
      (await restore({ type: 'hash', fields: ['b'], id: '900', name: 'byB' })).status,
      200,
    )
    assert.equal((await restore({ type: 'skiplist', fields: ['c'], id: '950' })).status, 200)
    const [byA, byB, byC] = ['a', 'b', 'c'].map((field) =>
      indexes().find(({ fields }) => (fields as unknown[])[0] === field),
    )
    assert.equal(byA?.['id'], '900')
    assert.notEqual(byB?.['id'], '900')
    assert.match(String(byC?.['name']), /^idx_\d+$/)
    assert.equal(byC?.['id'], '950')
  })

  it('refuses a name that another one has, and keeps those before it', async () => {
    const reply = await restore(
      { type: 'hash', fields: ['before'], name: 'before' },
      { type: 'hash', fields: ['d'], name: 'byA' },
      { type: 'hash', fields: ['after'], name: 'after' },
    )
    assertError(reply, 409, 1207)
    const names = indexes().map(({ name }) => name)
    assert.deepEqual([names.includes('before'), names.includes('after')], [true, false])
  })

  it('refuses a unique one of documents that are not, and obeys it once there is one', async () => {
    const text = { type: 'persistent', fields: ['text'], unique: true, sparse: false, name: 'u' }
    assert.equal((await restore(text)).status, 200)
    const data = '{"_key":"a","text":"x"}\n'
    assertError(await askRestore(test, 'restore-data?collection=c', data), 409, 1210)
  })
})

describe('PUT restore-view', () => {
  let test: TestLeader

  before(async () => {
    test = await startTestLeader()
  })

  after(() => test.close())

  function views(): readonly StoreView[] {
    return test.store.views(test.system)
  }

  it('makes a view as it is declared, and puts it in place of one of its name when told', async () => {
    const view = { name: 'v', type: 'arangosearch', globallyUniqueId: 'h1/5', id: '5', links: {} }
    assert.equal((await askRestoreJson(test, 'restore-view', view)).status, 200)
    assertError(await askRestoreJson(test, 'restore-view?overwrite=false', view), 409, 1207)
    const [made] = views()
    assert.equal(made?.definition.globallyUniqueId, 'h1/5')
    assert.notEqual(made.definition.properties['id'], '5')
    const changed = { ...view, cleanupIntervalStep: 3 }
    assert.equal((await askRestoreJson(test, 'restore-view?overwrite=true', changed)).status, 200)
    assert.deepEqual(
      views().map(({ definition }) => definition.properties['cleanupIntervalStep']),
      [3],
    )
  })

  it('leaves a view alone that has the globallyUniqueId, but another name', async () => {
    const view = { name: 'w', type: 'search-alias', globallyUniqueId: 'h1/5', indexes: [] }
    assert.equal((await askRestoreJson(test, 'restore-view?overwrite=true', view)).status, 200)
    assert.deepEqual(
      views().map(({ definition }) => definition.name),
      ['v', 'w'],
    )
  })
})

describe('who may restore', () => {
  it('is who may change the database, and each collection that is there', async () => {
    const test = await startTestLeader({ auth: AUTH })
    await test.store.createDatabase('d')
    await fillCollection(test.store, 'mine', 1, { database: databaseOf(test.store, 'd') })
    await fillCollection(test.store, 'theirs', 1, { database: databaseOf(test.store, 'd') })
    await addUser(test.store, 'ann', { d: 'rw', 'd/theirs': 'ro' })
    const headers = { authorization: await bearerOf('ann') }
    const statuses = ['mine', 'theirs', 'new'].map(async (name) => {
      const body = { parameters: { name, type: 2 }, indexes: [] }
      const path = '/_db/d/_api/replication/restore-collection?overwrite=true'
      return (await askRestoreJson(test, path, body, headers)).status
    })
    assert.deepEqual(await Promise.all(statuses), [200, 403, 200])
    await test.close()
  })
})
