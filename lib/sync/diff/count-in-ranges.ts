import { bucketWidth, LANES_PER_LEAF, type MerkleTree } from '../../merkle/index.js'
import type { RevisionRange } from '../../values/index.js'

/**
 * Counts the revisions that a tree has inside ranges.
 *
 * @returns undefined where a range ends inside a leaf, so that the tree cannot tell
 */
export function countInRanges(
  tree: MerkleTree,
  ranges: readonly RevisionRange[],
): number | undefined {
  const width = bucketWidth(tree.shape)
  let count = 0
  for (const { from, through } of ranges) {
    const first = from > tree.rangeMin ? from : tree.rangeMin
    const end = through < tree.rangeMax ? through + 1n : tree.rangeMax
    if (first >= end) continue
    if ((first - tree.rangeMin) % width !== 0n || (end - tree.rangeMin) % width !== 0n) {
      return undefined
    }
    const firstLeaf = Number((first - tree.rangeMin) / width)
    count += countLeaves(tree.leaves, firstLeaf, Number((end - tree.rangeMin) / width))
  }
  return count
}

function countLeaves(leaves: Uint32Array, first: number, end: number): number {
  let count = 0
  for (let index = first; index < end; index += 1) {
    const lane = index * LANES_PER_LEAF
    count += (leaves[lane] as number) + (leaves[lane + 1] as number) * 2 ** 32
  }
  return count
}
