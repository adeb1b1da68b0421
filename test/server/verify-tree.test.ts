import assert from 'node:assert/strict'
import { verifyTree } from '../../lib/server/verify-tree.js'
import { MerkleTree } from '../../lib/merkle/index.js'
import type { StoreCollection } from '../../lib/store/index.js'
import { revisionOf } from './support/test-leader.js'

const COLLECTION = {} as StoreCollection
const { signal } = new AbortController()

/** A snapshot whose documents have these revisions, ascending, and which keeps that tree. */
function snapshotOf(
  revisions: readonly bigint[],
  tree: MerkleTree,
): Parameters<typeof verifyTree>[0] {
  return {
    tree: () => Promise.resolve(tree),
    readRevisions: (_collection, { from, through, limit }) => {
      const inside = revisions.filter((each) => each >= from && each <= through)
      return Promise.resolve(BigUint64Array.from(inside.slice(0, limit)))
    },
  }
}

function treeOf(revisions: readonly bigint[]): MerkleTree {
  const tree = new MerkleTree({ rangeMin: revisionOf(0) })
  tree.insertMany(revisions)
  return tree
}

describe('verifyTree()', () => {
  const revisions = Array.from({ length: 20_000 }, (_, index) => revisionOf(index))

  it('finds a tree equal that is one of the documents, over many slices', async () => {
    const { computed, stored, isEqual } = await verifyTree(
      snapshotOf(revisions, treeOf(revisions)),
      COLLECTION,
      signal,
    )
    assert.equal(isEqual, true)
    assert.deepEqual(computed.shape, stored.shape)
    assert.deepEqual(computed.leaves, stored.leaves)
    assert.equal(computed.count, revisions.length)
  })

  it('finds one document too many or too few', async () => {
    for (const kept of [revisions.slice(1), [...revisions, revisionOf(20_000)]]) {
      const { isEqual, computed } = await verifyTree(
        snapshotOf(revisions, treeOf(kept)),
        COLLECTION,
        signal,
      )
      assert.equal(isEqual, false)
      assert.equal(computed.count, revisions.length)
    }
  })

  it('finds leaves that changed places, of which all sums are right', async () => {
    const good = treeOf(revisions)
    const leaves = good.leaves.slice()
    const swapped = leaves.slice(0, 4)
    leaves.copyWithin(0, 4, 8)
    leaves.set(swapped, 4)
    assert.notDeepEqual(leaves, good.leaves)
    const moved = MerkleTree.fromLeaves(good.shape, leaves, good.summary)
    const { isEqual } = await verifyTree(snapshotOf(revisions, moved), COLLECTION, signal)
    assert.equal(isEqual, false)
  })

  it('fails with 500 when no tree of the range holds the documents', async () => {
    const tree = new MerkleTree({ rangeMin: revisionOf(0) })
    const snapshot = snapshotOf([1n, 2n ** 63n], tree)
    await assert.rejects(verifyTree(snapshot, COLLECTION, signal), { status: 500, errorNum: 4 })
  })
})
