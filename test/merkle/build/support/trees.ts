import assert from 'node:assert/strict'
import { MerkleTree } from '../../../../lib/merkle/index.js'

/** The tree of the revisions, made by one bulk insert in this thread. */
export function treeOf(
  revisions: readonly bigint[],
  rangeMin: bigint | undefined = revisions[0],
  depth = 6,
): MerkleTree {
  assert.ok(rangeMin !== undefined)
  const tree = new MerkleTree({ depth, rangeMin })
  tree.insertMany(revisions)
  return tree
}

/** Tells that two trees are one and the same: range, sums and every leaf. */
export function assertSameTree(actual: MerkleTree, expected: MerkleTree): void {
  assert.deepEqual(actual.shape, expected.shape)
  assert.deepEqual(actual.summary, expected.summary)
  assert.equal(Buffer.compare(bytesOf(actual), bytesOf(expected)), 0, 'all leaves are the same')
}

function bytesOf({ leaves }: MerkleTree): Buffer {
  return Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength)
}
