import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { formatExactJson, parseExactJson } from '../../lib/streams/index.js'
import { parseCollectionDefinition } from '../../lib/wire/index.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'
import { documents, makeCollection, reread, systemOf } from './support/documents.js'
import { readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

describe('Store collections', () => {
  const { open, withTables } = useStore()

  it('report what 3.12 reports when nobody said anything', async () => {
    const store = await open()
    const { id, definition, space } = await makeCollection(store)
    const text = String(id)
    assert.equal(space, id)
    const { minRevision, ...parameters } = definition.parameters
    assert.match(String(minRevision), /^_[\w-]{10}$/)
    assert.deepEqual(parameters, {
      cid: text,
      deleted: false,
      globallyUniqueId: `h${BigInt(store.serverId).toString(16).toUpperCase()}/${text}`,
      id: text,
      isSystem: false,
      name: 'c',
      planId: text,
      status: 3,
      type: 2,
      allowUserKeys: true,
      cacheEnabled: false,
      computedValues: null,
      internalValidatorType: 0,
      isDisjoint: false,
      isSmart: false,
      isSmartChild: false,
      keyOptions: { allowUserKeys: true, type: 'traditional', lastValue: 0 },
      minReplicationFactor: 1,
      numberOfShards: 1,
      replicationFactor: 1,
      schema: null,
      shardKeys: ['_key'],
      shards: {},
      syncByRevision: true,
      usesRevisionsAsDocumentIds: true,
      version: 9,
      waitForSync: false,
      writeConcern: 1,
    })
  })

  it('keep what was given, exactly, but for what cannot be true here', async () => {
    const store = await open()
    const given =
      '{"zeta":1.0,"objectId":"7","path":"/x","statusString":"loaded","indexes":[],' +
      '"globallyUniqueId":"hABC/9","id":"9","cid":"9","planId":"8","status":5,"deleted":true,' +
      '"minRevision":1667750939696562176,"syncByRevision":false,"version":5,"name":"x","type":3}'
    const parameters = parseExactJson(given) as Record<string, unknown>
    const { id, definition } = await store.createCollection(systemOf(store), {
      name: 'c',
      type: 3,
      parameters,
    })
    const text = formatExactJson(definition.parameters)
    const own =
      `{"zeta":1.0,"globallyUniqueId":"hABC/9","id":"${id}","cid":"${id}","planId":"${id}",` +
      '"status":3,"deleted":false,"minRevision":1667750939696562176,"syncByRevision":false,' +
      '"version":5,"name":"c","type":3,"isSystem":false,"allowUserKeys":true'
    assert.ok(text.startsWith(own), text)
    assert.equal(definition.syncByRevision, false)
    assert.equal(definition.globallyUniqueId, 'hABC/9')
  })

  it('stay exactly so over a close', async () => {
    const store = await open()
    const parameters = parseExactJson('{"big":18446744073709551615,"one":1.0}') as object
    const system = systemOf(store)
    const made = await store.createCollection(system, {
      name: 'c',
      type: 2,
      parameters: { ...parameters },
      indexes: [{ type: 'persistent', fields: ['a'], id: '77' }],
    })
    await store.close()
    const again = await open()
    const found = again.collection(system, 'c')
    assert.equal(formatExactJson(found?.definition), formatExactJson(made.definition))
  })

  it('are found by name, id and globallyUniqueId, and listed documents first', async () => {
    const store = await open()
    const system = systemOf(store)
    const edges = await makeCollection(store, { name: 'a', type: 3 })
    const big = await makeCollection(store, { name: 'Zoo' })
    const small = await makeCollection(store, { name: 'zebra' })
    const names = store.collections(system).map(({ definition: { name } }) => name)
    assert.deepEqual(names.slice(4), ['zebra', 'Zoo', 'a'])
    for (const { id, definition } of [edges, big, small]) {
      for (const text of [definition.name, String(id), definition.globallyUniqueId]) {
        assert.equal(store.collection(system, text)?.id, id)
      }
    }
    assert.equal(store.collection(system, 'none'), undefined)
    const other = await store.createDatabase('other')
    assert.equal(store.collection(other, 'Zoo'), undefined)
  })

  it('refuse a name or a globallyUniqueId that is taken, and an unknown type', async () => {
    const store = await open()
    const system = systemOf(store)
    const { definition } = await makeCollection(store)
    await store.createView(system, { name: 'v', type: 'arangosearch' })
    const { globallyUniqueId } = definition
    const exists = withCode('ERR_COLLECTION_EXISTS')
    await assert.rejects(makeCollection(store), exists)
    await assert.rejects(makeCollection(store, { name: 'v' }), exists)
    await assert.rejects(
      store.createCollection(system, { name: 'd', type: 2, parameters: { globallyUniqueId } }),
      exists,
    )
    await assert.rejects(
      makeCollection(store, { name: 'd', type: 4 as 3 }),
      withCode('ERR_DEFINITION_INVALID'),
    )
    await assert.rejects(makeCollection(store, { name: '1d' }), withCode('ERR_NAME_INVALID'))
  })

  it('never use an id again', async () => {
    const store = await open()
    const first = await makeCollection(store)
    await store.dropCollection(first)
    await store.purged()
    const second = await makeCollection(store)
    assert.ok(second.id > first.id)
    assert.notEqual(second.definition.globallyUniqueId, first.definition.globallyUniqueId)
    await assert.rejects(store.dropCollection(first), withCode('ERR_COLLECTION_NOT_FOUND'))
  })

  it('can be renamed, unless they are of the system, and changed', async () => {
    const store = await open()
    const system = systemOf(store)
    const collection = await makeCollection(store)
    const renamed = await store.renameCollection(collection, 'd')
    assert.equal(renamed.definition.parameters['name'], 'd')
    assert.equal(store.collection(system, 'c'), undefined)
    assert.equal((await store.insert(renamed, '{}')).key.length > 0, true)
    const users = store.collection(system, '_users')
    assert.ok(users)
    await assert.rejects(store.renameCollection(users, 'x'), withCode('ERR_NAME_INVALID'))
    await assert.rejects(store.renameCollection(renamed, '_x'), withCode('ERR_NAME_INVALID'))
    const changed = await store.changeCollection(renamed, { waitForSync: true, id: '1', name: 'e' })
    assert.equal(changed.definition.parameters['waitForSync'], true)
    assert.equal(changed.definition.parameters['id'], String(collection.id))
    assert.equal(changed.definition.name, 'd')
  })

  it('write a marker for each change', async () => {
    const store = await open()
    const { id } = await makeCollection(store)
    await store.renameCollection({ id }, 'd')
    await store.changeCollection({ id }, { waitForSync: true })
    const { id: indexId } = await store.createIndex({ id }, { type: 'geo', fields: ['g'] })
    await store.dropIndex({ id }, String(indexId))
    await store.truncateCollection({ id })
    await store.dropCollection({ id })
    await store.close()
    const markers = (await withTables(readMarkers)).filter(({ objectId }) => objectId === id)
    assert.deepEqual(
      markers.map(({ type }) => type),
      [2000, 2002, 2003, 2100, 2101, 2004, 2001],
    )
    assert.equal(markers[1]?.data, '{"name":"d"}')
    assert.equal(markers[4]?.data, `{"id":"${String(indexId)}"}`)
    const ticks = markers.map(({ tick }) => tick)
    assert.deepEqual([...new Set(ticks)].sort(), ticks)
  })

  it('stay, empty, when truncated', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(3))
    await store.truncateCollection(collection)
    const empty = reread(store, collection)
    assert.equal(empty.id, collection.id)
    assert.deepEqual([empty.documents, empty.bytes], [0, 0])
    await store.applyChunk(collection, documents(2))
    assert.equal(reread(store, collection).documents, 2)
  })
})

describe('Store indexes', () => {
  const { open } = useStore()

  it('have ids of their own within the collection; primary and edge are left out', async () => {
    const store = await open()
    const { definition } = await store.createCollection(systemOf(store), {
      name: 'c',
      type: 3,
      indexes: [
        { id: '0', type: 'primary' },
        { id: '1', type: 'edge' },
        { id: 'c/5', type: 'hash', fields: ['a'] },
        { id: 5, type: 'hash', fields: ['b'] },
        { type: 'ttl', fields: ['c'], expireAfter: 1 },
      ],
    })
    const ids = definition.indexes.map(({ id }) => id)
    assert.equal(ids[0], '5')
    assert.equal(new Set(ids).size, 3)
    assert.ok(ids.every((id) => typeof id === 'string'))
    assert.deepEqual(definition.indexes[2]?.['expireAfter'], 1)
  })

  it('replace one of the same id, and are dropped by it', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.createIndex(collection, { id: '9', type: 'hash', fields: ['a'] })
    await store.createIndex(collection, { id: '9', type: 'hash', fields: ['b'] })
    const indexes = (): readonly object[] => reread(store, collection).definition.indexes
    assert.deepEqual(indexes(), [{ id: '9', type: 'hash', fields: ['b'] }])
    await assert.rejects(store.dropIndex(collection, '8'), withCode('ERR_INDEX_NOT_FOUND'))
    await store.dropIndex(collection, '9')
    assert.deepEqual(indexes(), [])
    const primary = store.createIndex(collection, { type: 'primary' })
    await assert.rejects(primary, withCode('ERR_DEFINITION_INVALID'))
  })
})

describe('Store views', () => {
  const { open } = useStore()

  it('are made, changed, replaced and dropped', async () => {
    const store = await open()
    const system = systemOf(store)
    const properties = { links: { c: {} }, globallyUniqueId: 'h1/2', id: '2' }
    const view = await store.createView(system, { name: 'v', type: 'arangosearch', properties })
    assert.equal(view.definition.globallyUniqueId, 'h1/2')
    assert.equal(view.definition.properties['id'], String(view.id))
    const changed = await store.changeView(view, { links: {}, name: 'w' })
    assert.deepEqual(changed.definition.properties['links'], {})
    assert.equal(changed.definition.name, 'v')
    const exists = withCode('ERR_COLLECTION_EXISTS')
    await assert.rejects(store.createView(system, { name: 'v', type: 'x' }), exists)
    const twin = store.createView(system, { name: 'w', type: 'x', properties })
    await assert.rejects(twin, withCode('ERR_VIEW_EXISTS'))
    const replaced = await store.replaceView(system, { ...view.definition, name: 'w' })
    assert.deepEqual(
      store.views(system).map(({ definition: { name } }) => name),
      ['w'],
    )
    await store.dropView(replaced)
    await assert.rejects(store.dropView(replaced), withCode('ERR_VIEW_NOT_FOUND'))
    assert.deepEqual(store.views(system), [])
  })
})

describeWithShared('Store.createCollection() with real definitions', () => {
  const { open } = useStore()

  it('keeps every attribute of every structure file', async () => {
    const store = await open()
    const system = systemOf(store)
    const changed = ['cid', 'id', 'planId', 'name', 'globallyUniqueId', 'objectId', 'indexes']
    const directory = sharedUrl('fixtures/dumps/')
    const files = readdirSync(directory).filter((name) => name.endsWith('.structure.json'))
    for (const [index, file] of files.entries()) {
      const value = parseExactJson(readFileSync(new URL(file, directory), 'utf8'))
      const given = parseCollectionDefinition(value, file)
      // Those are there already.
      if (given.isSystem) continue
      const made = await store.createCollection(system, { ...given, name: `c${index}` })
      for (const [name, attribute] of Object.entries(given.parameters)) {
        if (changed.includes(name)) continue
        assert.deepEqual(made.definition.parameters[name], attribute, `${file} ${name}`)
      }
      assert.equal(made.definition.indexes.length, given.indexes.length)
    }
    assert.ok(files.length > 10)
  })
})
