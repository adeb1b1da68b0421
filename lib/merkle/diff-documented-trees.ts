import type { RevisionRange } from '../values/index.js'
import { DocumentedTree, widenDocumented } from './documented-tree.js'
import { addRange } from './range-list.js'
import { TreeError } from './tree-error.js'
import { LANES_PER_LEAF, reshapeLeaves } from './tree-leaves.js'

const BITS_PER_LEVEL = 3
const BRANCHING: number = 1 << BITS_PER_LEVEL

/**
 * Finds where two trees of the older generation differ: from the root down into nodes that differ,
 * to the lowest level that both have (merkle notes, section 6). A narrower tree is compared as if
 * it had grown; neither tree is changed.
 *
 * As in the original, differences that cancel each other out in a node of an inner level are not
 * found; sets of revisions without duplicates do not do that.
 *
 * @returns ascending and disjoint; the same when the trees change places
 * @throws TreeError with `ERR_TREE_ORIGINS` when the ranges begin at different revisions
 */
export function diffDocumentedTrees(a: DocumentedTree, b: DocumentedTree): RevisionRange[] {
  if (a.rangeMin !== b.rangeMin) {
    const message = `Cannot compare revision trees: their ranges begin at ${a.rangeMin} and ${b.rangeMin}`
    throw new TreeError('ERR_TREE_ORIGINS', message)
  }
  const wideA = widen(a, b.rangeMax)
  const wideB = widen(b, a.rangeMax)
  const depth = Math.min(a.depth, b.depth)
  const { rangeMin, rangeMax } = wideA
  const width = (rangeMax - rangeMin) >> BigInt(BITS_PER_LEVEL * depth)
  const ranges: RevisionRange[] = []
  eachDifference(wideA, wideB, depth, (index) => {
    const from = rangeMin + width * BigInt(index)
    addRange(ranges, from, from + width - 1n)
  })
  return ranges
}

/** A tree whose range ends no earlier; a copy when it has to grow. */
function widen(tree: DocumentedTree, rangeMax: bigint): DocumentedTree {
  if (tree.rangeMax >= rangeMax) return tree
  const shape = widenDocumented(tree.shape, rangeMax - 1n)
  const leaves = tree.leaves.slice()
  reshapeLeaves(leaves, tree.shape, shape)
  return new DocumentedTree(shape, leaves, tree.summary)
}

/** Shows the nodes of a level that differ, and whose parents do up to the root; ascending. */
function eachDifference(
  a: DocumentedTree,
  b: DocumentedTree,
  depth: number,
  onNode: (index: number) => void,
): void {
  const visit = (level: number, index: number): void => {
    if (!isDifferent(a.level(level), b.level(level), index)) return
    if (level === depth) {
      onNode(index)
      return
    }
    // Depth first finds the same nodes as level by level, and in order, without a list of them.
    for (let child = 0; child < BRANCHING; child += 1) visit(level + 1, index * BRANCHING + child)
  }
  visit(0, 0)
}

function isDifferent(a: Uint32Array, b: Uint32Array, index: number): boolean {
  for (let lane = index * LANES_PER_LEAF; lane < (index + 1) * LANES_PER_LEAF; lane += 1) {
    if (a[lane] !== b[lane]) return true
  }
  return false
}
