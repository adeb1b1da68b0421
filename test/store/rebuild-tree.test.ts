import assert from 'node:assert/strict'
import {
  openStore,
  SYSTEM_DATABASE_ID,
  type Store,
  type StoreCollection,
} from '../../lib/store/index.js'
import { TreeKey } from '../../lib/store/row-keys.js'
import { rebuildTree } from '../../lib/store/rebuild-tree.js'
import { CatalogReader } from '../../lib/store/catalog.js'
import { ChunkBudget } from '../../lib/store/chunk-budget.js'
import { createCollection } from '../../lib/store/collection-writes.js'
import { insertion, withDocumentWriter } from '../../lib/store/local-writes.js'
import { writeDocument } from '../../lib/store/write-document.js'
import { LmdbSnapshot } from '../../lib/store/lmdb-snapshot.js'
import { LEAF_BYTES } from '../../lib/merkle/index.js'
import { REVISION_LOWER_BOUND } from '../../lib/values/index.js'
import { chunkOf } from '../support/chunk.js'
import { documents, makeCollection, reread } from './support/documents.js'
import { changeTables, checkTree, pagesOf } from './support/trees.js'
import { useStore } from './support/use-store.js'
import { useWriter } from './support/use-writer.js'

describe('rebuildTree()', () => {
  const test = useStore()

  async function fill(store: Store, count: number): Promise<StoreCollection> {
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(count))
    return reread(store, collection)
  }

  it('leaves a tree as it is that fits', async () => {
    const store = await test.open()
    const collection = await fill(store, 2000)
    const before = await checkTree(store, collection)
    await store.rebuildTree(collection)
    const after = await checkTree(store, collection)
    assert.deepEqual(after.shape, before.shape)
    assert.deepEqual(after.leaves, before.leaves)
  })

  it('gives the tree another start, which later writes keep', async () => {
    const store = await test.open()
    const collection = await fill(store, 500)
    await store.rebuildTree(collection, REVISION_LOWER_BOUND)
    assert.equal((await checkTree(store, collection)).initialRangeMin, REVISION_LOWER_BOUND)
    await store.applyChunk(collection, documents(500, 500))
    const tree = await checkTree(store, collection)
    assert.deepEqual([tree.initialRangeMin, tree.count], [REVISION_LOWER_BOUND, 1000])
    await store.rebuildTree(collection)
    assert.equal((await checkTree(store, collection)).initialRangeMin, REVISION_LOWER_BOUND)
  })

  it('begins at 0 where no range from the start holds all documents', async () => {
    const store = await test.open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, chunkOf(['{"_key":"k","_id":"c/k","_rev":"A"}']))
    await store.rebuildTree(collection, 1000n)
    assert.equal((await checkTree(store, collection)).initialRangeMin, 0n)
  })

  it('gives an empty collection a start, or leaves it free to begin anywhere', async () => {
    const store = await test.open()
    const free = await makeCollection(store)
    await store.rebuildTree(free)
    await store.applyChunk(free, documents(1))
    const lowest = (await checkTree(store, free)).initialRangeMin
    assert.equal(lowest, 1751573345589n << 20n)
    const given = await makeCollection(store, { name: 'given' })
    await store.rebuildTree(given, 5n)
    await store.applyChunk(given, documents(1))
    assert.equal((await checkTree(store, given)).initialRangeMin, 5n)
  })

  it('fails for a collection that is not there', async () => {
    const store = await test.open()
    const collection = await fill(store, 1)
    await store.dropCollection(collection)
    await assert.rejects(store.rebuildTree(collection), { code: 'ERR_COLLECTION_NOT_FOUND' })
  })

  it('is refused by a store that is open for reading', async () => {
    const writing = await test.open()
    const collection = await fill(writing, 1)
    const reading = await test.open({ mode: 'read', create: false })
    await assert.rejects(reading.rebuildTree(collection), { code: 'ERR_STORE_READ_ONLY' })
  })

  it('mends a tree whose leaves changed places, also for the writes after it', async () => {
    const filled = await test.open()
    const { id, space } = await fill(filled, 3000)
    await filled.close()
    await changeTables(test.path(), ({ tree, ...tables }) => {
      const [page = -1] = pagesOf({ tree, ...tables }, space)
      const key = new TreeKey().set(space, page)
      const leaves = Buffer.from(tree.getBinary(key) ?? [])
      const first = Buffer.from(leaves.subarray(0, LEAF_BYTES))
      leaves.copyWithin(0, LEAF_BYTES, 2 * LEAF_BYTES)
      leaves.set(first, LEAF_BYTES)
      tree.putSync(key, leaves)
    })
    const store = await test.open()
    // The sums are right, so nobody noticed; this write takes the pages into memory.
    await store.applyChunk({ id }, documents(100, 0))
    await store.applyChunk({ id }, documents(100, 3000))
    await assert.rejects(checkTree(store, { id }), { code: 'ERR_ASSERTION' })
    await store.rebuildTree({ id })
    await checkTree(store, { id })
    await store.applyChunk({ id }, documents(100, 3100))
    assert.equal((await checkTree(store, { id })).count, 3200)
  })

  it('fits the documents whatever is written meanwhile', async () => {
    const store = await test.open()
    const collection = await fill(store, 30_000)
    const state = { isDone: false }
    const rebuilt = Promise.all(
      [1, 2, 3].map((count) => store.rebuildTree(collection, REVISION_LOWER_BOUND + BigInt(count))),
    ).then(() => (state.isDone = true))
    let written = 30_000
    while (!state.isDone) {
      await store.applyChunk(collection, documents(3, written))
      written += 3
    }
    await rebuilt
    assert.equal((await checkTree(store, collection)).count, written)
  })

  it('fits the documents of a collection that is truncated meanwhile', async () => {
    const store = await test.open()
    const collection = await fill(store, 30_000)
    const rebuilt = store.rebuildTree(collection)
    await store.truncateCollection(collection)
    await store.applyChunk(collection, documents(7))
    await rebuilt
    assert.equal((await checkTree(store, collection)).count, 7)
  })
})

describe('rebuildTree() of a collection that is never left alone', () => {
  const make = useWriter()

  it('builds inside a transaction in the end', async () => {
    const { path, tables, writer } = await make()
    const { id } = await writer.write((transaction) =>
      createCollection(transaction, SYSTEM_DATABASE_ID, { name: 'c', type: 2 }),
    )
    const catalogs = new CatalogReader(tables.meta)
    const parts = { tables, catalogs, budget: new ChunkBudget(0), onNotice: undefined }
    let opened = 0
    const openSnapshot = async (): Promise<LmdbSnapshot> => {
      opened += 1
      const snapshot = new LmdbSnapshot({ ...parts, onEnd: () => undefined })
      await writer.write((transaction) =>
        withDocumentWriter(transaction, id, (documents) =>
          writeDocument(documents, insertion('{}')),
        ),
      )
      return snapshot
    }
    await rebuildTree({ writer, openSnapshot, id, initialRangeMin: 7n })
    assert.equal(opened, 3)
    const store = await openStore(path, { mode: 'read' })
    const tree = await checkTree(store, { id })
    assert.deepEqual([tree.count, tree.initialRangeMin], [3, 7n])
    await store.close()
  })
})
