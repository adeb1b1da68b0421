import { leafCount, bucketWidth } from './tree-shape.js'
import type { RevisionTree } from './revision-tree.js'
import { nodeCount } from './tree-leaves.js'

/**
 * Cuts the range of a tree into parts of about equally many revisions, each a number of whole
 * leaves (merkle notes, section 3).
 *
 * @returns up to `count` pairs, both ends included; but where there is one pair because `count` is
 *   1 or the tree is empty, its second is `rangeMax`, as in the original
 */
export function partitionKeys(
  tree: RevisionTree,
  count: number,
): readonly (readonly [bigint, bigint])[] {
  if (!Number.isInteger(count)) throw new RangeError(`Cannot cut a tree into ${count} parts`)
  const { rangeMin, rangeMax, leaves } = tree
  if (count <= 1 || tree.count === 0) return [[rangeMin, rangeMax]]
  const width = bucketWidth(tree.shape)
  const last = leafCount(tree.depth) - 1
  const parts: [bigint, bigint][] = []
  let start = rangeMin
  let remaining = tree.count
  let target = Math.max(1, Math.floor(remaining / count))
  let gathered = 0
  for (let index = 0; index <= last && parts.length < count && remaining !== 0; index += 1) {
    // The last part takes all that is left.
    if (parts.length === count - 1) index = last
    gathered += nodeCount(leaves, index)
    if (gathered < target && index < last) continue
    const end = rangeMin + width * BigInt(index + 1)
    parts.push([start, end - 1n])
    start = end
    remaining -= gathered
    gathered = 0
    target = Math.max(1, Math.floor(remaining / (count - parts.length)))
  }
  return parts
}
