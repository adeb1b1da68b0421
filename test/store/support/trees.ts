import assert from 'node:assert/strict'
import { diffTrees, MerkleTree } from '../../../lib/merkle/index.js'
import { revision } from '../../../lib/values/index.js'
import type { Store, StoreCollection, StoreSnapshot } from '../../../lib/store/index.js'
import { eachRow } from '../../../lib/store/each-row.js'
import { openTables, type Tables } from '../../../lib/store/layout.js'
import { TreeKey } from '../../../lib/store/row-keys.js'
import { systemOf } from './documents.js'

const ALL = { from: revision(0n), through: revision(2n ** 64n - 1n), limit: 1_000_000 }

/** Checks that a snapshot's tree of a collection is one of its documents; returns it. */
export async function checkTreeIn(
  snapshot: StoreSnapshot,
  collection: StoreCollection,
): Promise<MerkleTree> {
  const tree = await snapshot.tree(collection)
  const revisions = await snapshot.readRevisions(collection, ALL)
  assert.equal(tree.count, collection.documents)
  // In a tree of the same range every leaf is the same.
  const same = new MerkleTree(tree.shape)
  same.insertMany(revisions)
  assert.deepEqual(same.shape, tree.shape)
  assert.equal(same.hash, tree.hash)
  assert.deepEqual(same.leaves, tree.leaves)
  // In one that grew by itself too, as far as their leaves can tell.
  const other = new MerkleTree({ rangeMin: tree.initialRangeMin })
  other.insertMany(revisions)
  assert.deepEqual(diffTrees(tree, other), [])
  return tree
}

/** As {@link checkTreeIn}, of what is committed now. */
export async function checkTree(
  store: Store,
  { id }: { readonly id: number },
): Promise<MerkleTree> {
  const snapshot = await store.openSnapshot()
  try {
    const collection = snapshot.collection(systemOf(snapshot), String(id))
    assert.ok(collection)
    return await checkTreeIn(snapshot, collection)
  } finally {
    snapshot.close()
  }
}

/** Pages of a space's tree: their numbers. */
export function pagesOf({ tree }: Tables, space: number): number[] {
  const pages: number[] = []
  const range = { start: new TreeKey().set(space, 0), end: new TreeKey().set(space + 1, 0) }
  eachRow(tree.getRange({ ...range, values: false }), () => {
    pages.push(tree.reader.lanes[0] as number)
    return true
  })
  return pages
}

/** Changes tables behind the back of a store that is closed. */
export async function changeTables(path: string, change: (tables: Tables) => void): Promise<void> {
  const tables = openTables(path, { readOnly: false, openBatchesMax: 1, workerCount: 0 })
  assert.ok(tables)
  tables.root.transactionSync(() => {
    change(tables)
  })
  await tables.root.close()
}
