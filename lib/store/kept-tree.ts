import { MerkleTree } from '../merkle/index.js'
import type { CountersRow } from './catalog.js'
import type { ReadOptions, TreeTable } from './layout.js'
import { readLeaves, sumPages } from './tree-pages.js'
import { parseTreeRow } from './tree-row.js'

/** What the tree of a collection can be: `damaged` when its pages are not those of its documents. */
export type TreeCondition = 'fits' | 'missing' | 'damaged'

/**
 * Compares the pages of a collection's tree with its counters. A page cannot change without its sum,
 * and the sums are of 64 bits, so equal ones are taken for right.
 */
export function checkTree(
  table: TreeTable,
  { space, documents, tree }: CountersRow,
): TreeCondition {
  if (tree === undefined) return 'missing'
  const state = parseTreeRow(tree)
  // Without the bounds of what is there, it could not be widened.
  if (state === undefined || (state.bounds === undefined && documents > 0)) return 'damaged'
  const sum = sumPages(table, space)
  return sum?.count === documents && sum.hash === state.hash ? 'fits' : 'damaged'
}

/** Reads the tree of a collection; undefined unless it fits. */
export function readTree(
  table: TreeTable,
  { space, documents, tree: row }: CountersRow,
  options: ReadOptions,
): MerkleTree | undefined {
  const state = parseTreeRow(row)
  const read = state && readLeaves(table, space, options)
  if (state === undefined || read === undefined) return undefined
  const { leaves, summary } = read
  const fits = summary.count === documents && summary.hash === state.hash
  return fits ? MerkleTree.fromLeaves(state.shape, leaves, summary) : undefined
}
