import { leafCount } from '../tree-shape.js'

const BRANCHING = 8

/**
 * The nodes of all levels above a level: the index of its first node in level order, in which the
 * root is 0 and the children of node i are 8i + 1 to 8i + 8 (merkle notes, section 6).
 */
export function levelStart(level: number): number {
  return (leafCount(level) - 1) / (BRANCHING - 1)
}

/** The nodes of a tree with all its levels, the root to the leaves. */
export function treeNodeCount(depth: number): number {
  return levelStart(depth + 1)
}
