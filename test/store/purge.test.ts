import assert from 'node:assert/strict'
import { documents, makeCollection, reread } from './support/documents.js'
import { countRows } from './support/markers.js'
import { pagesOf } from './support/trees.js'
import { useStore } from './support/use-store.js'

describe('Store.purged()', () => {
  const { open, withTables } = useStore()
  const none = { documents: 0, keys: 0 }

  it('resolves when the rows of what was dropped are gone', async () => {
    const store = await open()
    const dropped = await makeCollection(store)
    const kept = await makeCollection(store, { name: 'kept' })
    await store.applyChunk(dropped, documents(3500))
    await store.applyChunk(kept, documents(10))
    await store.close()
    assert.notDeepEqual(await withTables((tables) => pagesOf(tables, dropped.space)), [])
    const again = await open()
    await again.dropCollection(dropped)
    await again.purged()
    await again.close()
    await withTables((tables) => {
      assert.deepEqual(countRows(tables, dropped.space), none)
      assert.deepEqual(pagesOf(tables, dropped.space), [])
      assert.notDeepEqual(pagesOf(tables, kept.space), [])
      assert.deepEqual(countRows(tables, kept.space), { documents: 10, keys: 10 })
    })
  })

  it('resolves at once when nothing was dropped', async () => {
    await (await open()).purged()
  })

  it('goes on after the next open with what a close has left', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(8000))
    await store.truncateCollection(collection)
    await store.close()
    const left = await withTables((tables) => countRows(tables, collection.space))
    assert.ok(left.documents > 0)
    const again = await open()
    await again.purged()
    const { space } = reread(again, collection)
    assert.notEqual(space, collection.space)
    await again.close()
    assert.deepEqual(await withTables((tables) => countRows(tables, collection.space)), none)
  })

  it('lets other writes through between its slices', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(20_000))
    await store.dropCollection(collection)
    let isPurged = false
    const purged = store.purged().then(() => (isPurged = true))
    const other = await makeCollection(store, { name: 'other' })
    assert.equal(isPurged, false)
    assert.equal(other.documents, 0)
    await purged
  })

  it('takes a dropped database apart', async () => {
    const store = await open()
    const database = await store.createDatabase('a')
    const collection = await store.createCollection(database, { name: 'c', type: 2 })
    await store.applyChunk(collection, documents(1500))
    await store.dropDatabase('a')
    await store.purged()
    await store.close()
    assert.deepEqual(await withTables((tables) => countRows(tables, collection.space)), none)
  })
})
