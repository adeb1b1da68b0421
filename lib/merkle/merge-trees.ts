import assert from 'node:assert/strict'
import { getKernel } from './kernel/get-kernel.js'
import { MerkleTree } from './merkle-tree.js'
import { TreeError, type TreeErrorCode } from './tree-error.js'
import { populatedSpan, reshapeLeaves } from './tree-leaves.js'
import { bucketWidth, leafCount, U64_MAX, type TreeShape } from './tree-shape.js'

/** The largest range that a tree can have: the next power of two does not fit in 64 bits. */
const WIDTH_MAX = 2n ** 63n

/**
 * Makes a tree with the revisions of both; one that both have counts twice. The trees stay as they
 * are.
 *
 * The result has the origin of `a`. Its shape is that of `a` where everything fits, else that of
 * `b`, else the narrowest that holds what is in either tree.
 *
 * @throws TreeError with `ERR_TREE_DEPTHS` when the depths differ, with `ERR_TREE_GRIDS` when the
 *   leaves of `b` do not fit into leaves that begin where those of `a` do, with
 *   `ERR_TREE_UNDERFLOW` or `ERR_TREE_OVERFLOW` when a range for both would not fit in 64 bits
 */
export function mergeTrees(a: MerkleTree, b: MerkleTree): MerkleTree {
  if (a.depth !== b.depth) {
    throw cannotMerge('ERR_TREE_DEPTHS', `their depths are ${a.depth} and ${b.depth}`)
  }
  if (populatedSpan(b.leaves) === undefined) return a.clone()
  const shape = isSameRange(a.shape, b.shape) ? a.shape : commonShape(a, b)
  const leaves = a.leaves.slice()
  reshapeLeaves(leaves, a.shape, shape)
  getKernel().mergeLeaves(leaves, leavesIn(b, shape))
  const summary = { count: a.count + b.count, hash: a.hash ^ b.hash }
  return MerkleTree.fromLeaves(shape, leaves, summary)
}

/** The leaves of a tree in another shape; its own when it has that shape. */
function leavesIn(tree: MerkleTree, shape: TreeShape): Uint32Array {
  if (isSameRange(tree.shape, shape)) return tree.leaves
  const leaves = tree.leaves.slice()
  reshapeLeaves(leaves, tree.shape, shape)
  return leaves
}

/** The revisions of all leaves between two, the ends included. */
interface Span {
  readonly lowest: bigint
  readonly highest: bigint
}

/** What the populated leaves of a tree cover; `undefined` for an empty tree. */
function revisionSpan(tree: MerkleTree): Span | undefined {
  const span = populatedSpan(tree.leaves)
  if (span === undefined) return undefined
  const width = bucketWidth(tree.shape)
  const lowest = tree.rangeMin + width * BigInt(span.first)
  return { lowest, highest: tree.rangeMin + width * BigInt(span.last + 1) - 1n }
}

function joinSpans(a: Span | undefined, b: Span | undefined): Span | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return { lowest: min(a.lowest, b.lowest), highest: max(a.highest, b.highest) }
}

function isSameRange(a: TreeShape, b: TreeShape): boolean {
  return a.rangeMin === b.rangeMin && a.rangeMax === b.rangeMax
}

/** A leaf of `b` must not lie across the edge of two leaves on the grid of `a`. */
function assertOneGrid(a: MerkleTree, b: MerkleTree): void {
  if (toGrid(b.rangeMin, a, bucketWidth(b.shape)) === b.rangeMin) return
  throw cannotMerge('ERR_TREE_GRIDS', 'their leaves begin at different places')
}

/** A shape on the grid of `a`, no finer than either tree, for what is in them. */
function commonShape(a: MerkleTree, b: MerkleTree): TreeShape {
  assertOneGrid(a, b)
  const span = joinSpans(revisionSpan(a), revisionSpan(b))
  assert.ok(span !== undefined, 'there is something to merge')
  const { depth, initialRangeMin } = a
  const bucketMin = max(bucketWidth(a.shape), bucketWidth(b.shape))
  if (bucketWidth(a.shape) === bucketMin && holds(a.shape, span)) return a.shape
  // No range begins above its origin when it only grew.
  const canTakeB = bucketWidth(b.shape) === bucketMin && b.rangeMin <= initialRangeMin
  if (canTakeB && holds(b.shape, span)) return { ...b.shape, initialRangeMin }
  const lowest = min(span.lowest, initialRangeMin)
  const leaves = BigInt(leafCount(depth))
  for (let bucket = bucketMin; bucket * leaves <= WIDTH_MAX; bucket *= 2n) {
    const width = bucket * leaves
    const rangeMin = min(toGrid(lowest, a, bucket), toGrid(U64_MAX - width, a, bucket))
    if (rangeMin < 0n) throw cannotMerge('ERR_TREE_UNDERFLOW', 'their range would begin below 0')
    const shape: TreeShape = { depth, rangeMin, rangeMax: rangeMin + width, initialRangeMin }
    if (holds(shape, span)) return shape
  }
  throw cannotMerge('ERR_TREE_OVERFLOW', 'their range would end above 64 bits')
}

function holds({ rangeMin, rangeMax }: TreeShape, { lowest, highest }: Span): boolean {
  return rangeMin <= lowest && highest < rangeMax
}

/** The last place at or below a revision where a leaf of that width can begin. */
function toGrid(revision: bigint, { initialRangeMin }: MerkleTree, bucket: bigint): bigint {
  return revision - ((revision - initialRangeMin) & (bucket - 1n))
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function cannotMerge(code: TreeErrorCode, reason: string): TreeError {
  return new TreeError(code, `Cannot merge revision trees: ${reason}`)
}
