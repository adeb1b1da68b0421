import type { RevisionRange } from '../values/index.js'
import { getKernel } from './kernel/get-kernel.js'
import type { MerkleTree } from './merkle-tree.js'
import { addRange } from './range-list.js'
import { TreeError } from './tree-error.js'
import { LANES_PER_LEAF, nodeCount, reshapeLeaves } from './tree-leaves.js'
import { bucketShift, growRightStep, leafCount, type TreeShape } from './tree-shape.js'

/**
 * Finds where two trees differ, leaf by leaf (merkle notes, section 4). A narrower tree is compared
 * as if it had grown to the right; neither tree is changed.
 *
 * Trees whose leaves begin at different places are compared leaf by leaf too, and each range then
 * covers the leaves of both, so that no revision that only one tree has is left out.
 *
 * @returns ascending and disjoint; the same when the trees change places
 * @throws TreeError with `ERR_TREE_DEPTHS` when the depths differ, with `ERR_TREE_OVERFLOW` when the
 *   narrower tree cannot grow to the width of the other
 */
export function diffTrees(a: MerkleTree, b: MerkleTree): RevisionRange[] {
  if (a.depth !== b.depth) {
    const message = `Cannot compare revision trees: their depths are ${a.depth} and ${b.depth}`
    throw new TreeError('ERR_TREE_DEPTHS', message)
  }
  const wideA = widen(a, b.rangeMax - b.rangeMin)
  const wideB = widen(b, a.rangeMax - a.rangeMin)
  return wideA.shape.rangeMin <= wideB.shape.rangeMin
    ? diffSides(wideA, wideB)
    : diffSides(wideB, wideA)
}

/** A tree as wide as the other. */
interface Side {
  readonly shape: TreeShape
  readonly leaves: Uint32Array
}

/** Doubles the range until it has the width; the leaves are copied only when they have to move. */
function widen(tree: MerkleTree, width: bigint): Side {
  let shape = tree.shape
  while (shape.rangeMax - shape.rangeMin < width) shape = growRightStep(shape)
  if (shape === tree.shape) return tree
  const leaves = tree.leaves.slice()
  reshapeLeaves(leaves, tree.shape, shape)
  return { shape, leaves }
}

/** Compares two trees of one width; the range of `low` begins no later than that of `high`. */
function diffSides(low: Side, high: Side): RevisionRange[] {
  const leaves = leafCount(low.shape.depth)
  const shift = BigInt(bucketShift(low.shape))
  const lowMin = low.shape.rangeMin
  const highMin = high.shape.rangeMin
  // Leaves of the lower tree that begin before the range of the other one.
  const before = (highMin - lowMin + (1n << shift) - 1n) >> shift
  const lead = before < leaves ? Number(before) : leaves
  const overlap = leaves - lead
  // How much later than their counterparts the leaves of the lower tree begin: 0 on one grid.
  const delay = (lowMin - highMin) & ((1n << shift) - 1n)
  const ranges: RevisionRange[] = []
  const addRun = (rangeMin: bigint, first: number, end: number, extra = 0n): void => {
    const from = rangeMin + (BigInt(first) << shift)
    addRange(ranges, from, rangeMin + (BigInt(end) << shift) - 1n + extra)
  }
  eachCountedRun(low.leaves, 0, lead, (first, end) => {
    addRun(lowMin, first, end)
  })
  const lowPart = low.leaves.subarray(lead * LANES_PER_LEAF)
  const highPart = high.leaves.subarray(0, overlap * LANES_PER_LEAF)
  getKernel().diffLeaves(lowPart, highPart, (first, end) => {
    addRun(highMin, first, end, delay)
  })
  eachCountedRun(high.leaves, overlap, leaves, (first, end) => {
    addRun(highMin, first, end)
  })
  return ranges
}

/** Shows the runs of leaves with a count. Where there is no counterpart, hashes are not looked at. */
function eachCountedRun(
  leaves: Uint32Array,
  start: number,
  stop: number,
  onRun: (first: number, end: number) => void,
): void {
  let first = start
  for (let index = start; index < stop; index += 1) {
    if (nodeCount(leaves, index) !== 0) continue
    if (first < index) onRun(first, index)
    first = index + 1
  }
  if (first < stop) onRun(first, stop)
}
