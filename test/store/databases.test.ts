import assert from 'node:assert/strict'
import { formatExactJson } from '../../lib/streams/index.js'
import { tick } from '../../lib/values/index.js'
import { systemOf } from './support/documents.js'
import { readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

describe('Store databases', () => {
  const { open, withTables } = useStore()

  it('have empty system collections, _system also _users', async () => {
    const store = await open()
    const database = await store.createDatabase('shop')
    const namesOf = (owner: typeof database): string[] =>
      store.collections(owner).map(({ definition: { name } }) => name)
    assert.deepEqual(namesOf(database), ['_analyzers', '_aqlfunctions', '_graphs'])
    assert.deepEqual(namesOf(systemOf(store)), ['_analyzers', '_aqlfunctions', '_graphs', '_users'])
    for (const { definition, documents } of store.collections(database)) {
      assert.equal(documents, 0)
      assert.equal(definition.isSystem, true)
      assert.equal(definition.parameters['isSystem'], true)
      assert.equal(definition.globallyUniqueId, definition.name)
    }
  })

  it('are listed by id, found by name, and stay', async () => {
    const store = await open()
    await store.createDatabase('b')
    await store.createDatabase('a')
    assert.deepEqual(
      store.databases().map(({ name }) => name),
      ['_system', 'b', 'a'],
    )
    await store.close()
    const again = await open()
    assert.equal(again.database('a')?.name, 'a')
    assert.equal(again.database('c'), undefined)
  })

  it('refuse a name that exists, and drop only what is there', async () => {
    const store = await open()
    await store.createDatabase('a')
    await assert.rejects(store.createDatabase('a'), withCode('ERR_DATABASE_EXISTS'))
    await assert.rejects(store.dropDatabase('b'), withCode('ERR_DATABASE_NOT_FOUND'))
    await assert.rejects(store.dropDatabase('_system'), withCode('ERR_NAME_INVALID'))
  })

  it('take collections, views and copy marks with them when dropped', async () => {
    const store = await open()
    const database = await store.createDatabase('a')
    const collection = await store.createCollection(database, { name: 'c', type: 2 })
    await store.createView(database, { name: 'v', type: 'arangosearch' })
    await store.insert(collection, '{"_key":"1"}')
    await store.setCopyMark(database, { address: 'dir:x', serverId: undefined, tick: undefined })
    await store.dropDatabase('a')
    assert.equal(store.database('a'), undefined)
    assert.equal(store.copyMark(database), undefined)
    assert.deepEqual(store.collections(database), [])
    await assert.rejects(store.insert(collection, '{}'), withCode('ERR_COLLECTION_NOT_FOUND'))
    const again = await store.createDatabase('a')
    assert.notEqual(again.id, database.id)
    assert.deepEqual(store.views(again), [])
  })

  it('write 1100 with the collections they begin with, and 1101', async () => {
    const store = await open()
    const { id } = await store.createDatabase('a')
    await store.dropDatabase('a')
    await store.close()
    const markers = await withTables(readMarkers)
    const mine = markers.filter(({ databaseId }) => databaseId === id)
    assert.deepEqual(
      mine.map(({ type }) => type),
      [1100, 2000, 2000, 2000, 1101],
    )
    assert.deepEqual(JSON.parse(mine[0]?.data ?? ''), { database: id, id: String(id), name: 'a' })
    assert.equal(mine[4]?.data, '')
  })

  it('undo a write that fails half way', async () => {
    const store = await open()
    const both = [store.createDatabase('a'), store.createDatabase('a'), store.createDatabase('b')]
    const results = await Promise.allSettled(both)
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal(store.databases().length, 3)
  })
})

describe('Store.createDatabase()', () => {
  const { open } = useStore()

  const good = ['a', 'Shop-1_x', 'bücher', '日本語', 'x'.repeat(128), 'with space']
  const bad = [
    '',
    '1a',
    '_x',
    '.x',
    ' x',
    'x ',
    'a/b',
    'a:b',
    'a\\b',
    'a\0',
    'a\nb',
    'x'.repeat(129),
    'u\u0308',
    '\ud800',
  ]

  it('takes traditional names and Unicode ones in normal form', async () => {
    const store = await open()
    for (const name of good) assert.equal((await store.createDatabase(name)).name, name)
  })

  it('refuses names that could be a path, an id or unreadable', async () => {
    const store = await open()
    for (const name of bad) {
      await assert.rejects(store.createDatabase(name), withCode('ERR_NAME_INVALID'), name)
    }
  })
})

describe('Store.putMeta()', () => {
  const { open } = useStore()

  it('keeps small values of other layers exactly, and forgets them', async () => {
    const store = await open()
    await store.putMeta('user/root', { name: 'root', salt: 2n ** 63n })
    await store.putMeta('user/ann', { name: 'ann' })
    await store.putMeta('other', [1])
    assert.deepEqual(store.metaNames('user/'), ['user/ann', 'user/root'])
    await store.close()
    const again = await open()
    assert.equal(
      formatExactJson(again.getMeta('user/root')),
      '{"name":"root","salt":9223372036854775808}',
    )
    assert.deepEqual(again.getMeta('user/ann'), { name: 'ann' })
    await again.putMeta('user/ann', undefined)
    assert.equal(again.getMeta('user/ann'), undefined)
    assert.deepEqual(again.metaNames(''), ['other', 'user/root'])
  })
})

describe('Store.setCopyMark()', () => {
  const { open } = useStore()

  it('says where an unfinished copy comes from, until it is taken away', async () => {
    const store = await open()
    const system = systemOf(store)
    assert.equal(store.copyMark(system), undefined)
    const mark = { address: 'http://h:1', serverId: '12', tick: tick(2n ** 64n - 1n) }
    await store.setCopyMark(system, mark)
    await store.close()
    const again = await open()
    assert.deepEqual(again.copyMark(system), mark)
    await again.setCopyMark(system, undefined)
    assert.equal(again.copyMark(system), undefined)
  })
})
