import assert from 'node:assert/strict'
import { createMerklePool, MerkleTree, type MerklePool } from '../../lib/merkle/index.js'
import type { ReplicaNotice, Snapshot, TreeOptions } from '../../lib/replica/index.js'
import { openStoreSource, type Store, type StoreCollection } from '../../lib/store/index.js'
import { TreeKey } from '../../lib/store/row-keys.js'
import { decodeRevision } from '../../lib/values/index.js'
import { chunkOf } from '../support/chunk.js'
import { documents, documentText, makeCollection, revisionText } from './support/documents.js'
import { changeTables, pagesOf } from './support/trees.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const COUNT = 3000

/** The tree of the first documents of {@link documents} that begins at `rangeMin`. */
function expectedTree(rangeMin: bigint, others: readonly bigint[] = []): MerkleTree {
  const tree = new MerkleTree({ rangeMin })
  const texts = Array.from({ length: COUNT }, (_, number) => revisionText(number))
  tree.insertMany([...texts.map(decodeRevision), ...others])
  return tree
}

describe('Snapshot.tree of a store', () => {
  const { open, path } = useStore()
  let pool: MerklePool
  before(() => {
    pool = createMerklePool({ workers: 0 })
  })
  after(() => pool.close())

  async function fill(): Promise<{ store: Store; collection: StoreCollection }> {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(COUNT))
    return { store, collection }
  }

  async function withSnapshot(use: (snapshot: Snapshot) => Promise<void>): Promise<void> {
    const source = await openStoreSource(path(), '_system')
    const snapshot = await source.openSnapshot()
    try {
      await use(snapshot)
    } finally {
      await snapshot.close()
      await source.close()
    }
  }

  async function treeOf(
    snapshot: Snapshot,
    options: Omit<TreeOptions, 'pool'> = {},
    name = 'c',
  ): Promise<MerkleTree> {
    const { collections } = await snapshot.inventory()
    const [first] = collections
    assert.ok(first !== undefined)
    const found = collections.find(({ definition }) => definition.name === name) ?? first
    return snapshot.tree({ ...found.definition, name }, { pool, ...options })
  }

  it('is the one that the store keeps, and nothing is read for it', async () => {
    await fill()
    await withSnapshot(async (snapshot) => {
      const told: object[] = []
      const tree = await treeOf(snapshot, { onProgress: (progress) => told.push(progress) })
      assert.deepEqual(tree.summary, expectedTree(tree.initialRangeMin).summary)
      assert.deepEqual(told, [{ revisions: COUNT, bytes: 0, removals: 0 }])
    })
  })

  it('fits the documents of its snapshot, whatever was written since', async () => {
    const { store, collection } = await fill()
    await withSnapshot(async (snapshot) => {
      await store.applyChunk(collection, documents(10, COUNT))
      assert.equal((await treeOf(snapshot)).count, COUNT)
    })
    await withSnapshot(async (snapshot) => {
      assert.equal((await treeOf(snapshot)).count, COUNT + 10)
    })
  })

  it('is built of the revisions where another start is asked for', async () => {
    await fill()
    await withSnapshot(async (snapshot) => {
      const kept = await treeOf(snapshot)
      const initialRangeMin = kept.initialRangeMin - 12_345n
      const tree = await treeOf(snapshot, { initialRangeMin })
      const expected = expectedTree(initialRangeMin)
      assert.deepEqual(tree.shape, expected.shape)
      assert.deepEqual(tree.leaves, expected.leaves)
      const same = await treeOf(snapshot, { initialRangeMin: kept.initialRangeMin })
      assert.deepEqual(same.leaves, kept.leaves)
    })
  })

  it('begins at 0 when a revision is too low for the start that was asked for', async () => {
    const { store, collection } = await fill()
    await store.applyChunk(collection, chunkOf([`{"_key":"low","_rev":"7000"}`]))
    await withSnapshot(async (snapshot) => {
      const initialRangeMin = decodeRevision(revisionText(1))
      const tree = await treeOf(snapshot, { initialRangeMin })
      const expected = expectedTree(0n, [7000n])
      assert.deepEqual([tree.initialRangeMin, tree.summary], [0n, expected.summary])
    })
  })

  it('reads more revisions than one page has', async () => {
    const { store, collection } = await fill()
    for (let from = COUNT; from < 70_000; from += 10_000) {
      await store.applyChunk(collection, documents(10_000, from))
    }
    await withSnapshot(async (snapshot) => {
      const kept = await treeOf(snapshot)
      const tree = await treeOf(snapshot, { initialRangeMin: 1n })
      assert.deepEqual(tree.summary, kept.summary)
      assert.equal(tree.count, 73_000)
    })
  })

  it('is built of the revisions, with a warning, where the kept one is damaged', async () => {
    const { store, collection } = await fill()
    await store.close()
    await changeTables(path(), (tables) => {
      for (const page of pagesOf(tables, collection.space)) {
        tables.tree.removeSync(new TreeKey().set(collection.space, page))
      }
    })
    const source = await openStoreSource(path(), '_system')
    const notices: ReplicaNotice[] = []
    source.onNotice = (notice) => notices.push(notice)
    const snapshot = await source.openSnapshot()
    const tree = await treeOf(snapshot)
    await snapshot.close()
    await source.close()
    assert.deepEqual(tree.summary, expectedTree(tree.initialRangeMin).summary)
    assert.deepEqual(
      notices.map(({ kind, message }) => [kind, message.includes('"c"')]),
      [['warning', true]],
    )
  })

  it('refuses a collection that is not there, and an abort', async () => {
    const { store, collection } = await fill()
    await store.applyChunk(collection, chunkOf([documentText('late', COUNT)]))
    await withSnapshot(async (snapshot) => {
      await assert.rejects(treeOf(snapshot, {}, 'd'), withCode('ERR_COLLECTION_NOT_FOUND'))
      for (const initialRangeMin of [undefined, 5n]) {
        const signal = AbortSignal.abort(new Error('enough'))
        await assert.rejects(treeOf(snapshot, { signal, initialRangeMin }), { message: 'enough' })
      }
    })
  })
})
