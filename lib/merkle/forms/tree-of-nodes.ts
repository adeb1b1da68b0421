import { MerkleTree } from '../merkle-tree.js'
import type { TreeSummary } from '../revision-tree.js'
import { isPopulated, LANES_PER_LEAF } from '../tree-leaves.js'
import { leafCount, type TreeShape } from '../tree-shape.js'
import { levelStart } from './level-order.js'
import type { NodeList } from './node-list.js'
import { TreeFormatError } from './tree-format-error.js'

/**
 * The tree of a list of leaves.
 *
 * @throws TreeFormatError when they do not sum up to the summary
 */
export function treeOfLeaves(shape: TreeShape, summary: TreeSummary, list: NodeList): MerkleTree {
  const { count, hash } = list.sumFrom(0)
  if (count !== summary.count) throw new TreeFormatError('count', 'is not that of the nodes')
  if (hash !== summary.hash) throw new TreeFormatError('hash', 'is not that of the nodes')
  return MerkleTree.fromLeaves(shape, list.toLeaves(0, shape.depth), summary)
}

/**
 * The tree of a list of the nodes of all levels, in level order.
 *
 * @throws TreeFormatError when a node is not the sum of its children
 */
export function treeOfLevels(shape: TreeShape, list: NodeList): MerkleTree {
  const firstLeaf = levelStart(shape.depth)
  const summary = list.sumFrom(firstLeaf)
  const tree = MerkleTree.fromLeaves(shape, list.toLeaves(firstLeaf, shape.depth), summary)
  let position = 0
  for (let level = 0; level < tree.depth; level += 1) {
    const sums = tree.level(level)
    const start = levelStart(level)
    for (let index = 0; index < leafCount(level); index += 1) {
      if (!isNode(list, position, start + index, sums, index)) {
        throw new TreeFormatError(`nodes[${start + index}]`, 'is not the sum of its children')
      }
      if (isPopulated(sums, index)) position += 1
    }
  }
  return tree
}

/** Tells whether the list has the node at an index, or leaves it out when it is empty. */
function isNode(
  list: NodeList,
  position: number,
  listIndex: number,
  sums: Uint32Array,
  index: number,
): boolean {
  const isListed = position < list.length && list.indexAt(position) === listIndex
  if (!isListed) return !isPopulated(sums, index)
  return list.lanesAt(position).every((lane, at) => lane === sums[index * LANES_PER_LEAF + at])
}
