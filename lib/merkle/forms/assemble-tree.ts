import { createTreeShape, leafCount, type TreeShape } from '../tree-shape.js'
import { treeNodeCount } from './level-order.js'
import type { ReadTree, TreeForm } from './tree-form.js'
import { TreeFormatError } from './tree-format-error.js'
import type { TreeHead } from './tree-head.js'
import { treeOfLeaves, treeOfLevels } from './tree-of-nodes.js'
import type { TreeNodes } from './tree-nodes.js'

/**
 * Makes a tree of what its text had, once all of it is there (merkle notes, sections 5 and 6).
 * Memory of the size that the depth claims is taken last.
 *
 * @throws TreeFormatError when something is missing or does not fit together
 * @throws TreeError when no tree can have that shape
 */
export function assembleTree(head: TreeHead, nodes: TreeNodes): ReadTree {
  head.require('version')
  const isOlder = nodes.hashKind === 'text'
  const shape = createTreeShape({
    depth: Number(head.require('maxDepth')),
    rangeMax: head.require('rangeMax'),
    rangeMin: head.require('rangeMin'),
    initialRangeMin:
      (isOlder ? head.find('initialRangeMin') : head.require('initialRangeMin')) ?? 0n,
  })
  return isOlder ? assembleOlder(head, nodes, shape) : assembleCurrent(head, nodes, shape)
}

function assembleCurrent(head: TreeHead, nodes: TreeNodes, shape: TreeShape): ReadTree {
  const summary = { count: Number(head.require('count')), hash: head.require('hash') }
  const { list, index } = nodes
  assertNodeCount(index, leafCount(shape.depth), 'at most')
  return { form: findCurrentForm(nodes, shape.depth), tree: treeOfLeaves(shape, summary, list) }
}

function findCurrentForm({ index, firstEmpty, firstSkip }: TreeNodes, depth: number): TreeForm {
  if (firstSkip !== undefined || index < leafCount(depth)) return 'onlyPopulated'
  return firstEmpty === undefined ? 'current' : 'onlyPopulatedWithoutSkip'
}

function assembleOlder(head: TreeHead, nodes: TreeNodes, shape: TreeShape): ReadTree {
  const { list, index } = nodes
  for (const name of ['count', 'hash']) {
    if (head.find(name) !== undefined) {
      throw new TreeFormatError(name, 'is there although the hashes of the nodes are text')
    }
  }
  if ((head.find('branchingFactor') ?? 8n) !== 8n) {
    throw new TreeFormatError('branchingFactor', 'is not 8')
  }
  const gap = nodes.firstEmpty ?? nodes.firstSkip
  if (gap !== undefined) throw new TreeFormatError(`nodes[${gap}]`, 'has no count and no hash')
  assertNodeCount(index, treeNodeCount(shape.depth), 'exactly')
  const isDocumented = head.find('initialRangeMin') === undefined
  return { form: isDocumented ? 'documented' : 'transitional', tree: treeOfLevels(shape, list) }
}

function assertNodeCount(count: number, expected: number, how: 'at most' | 'exactly'): void {
  if (count <= expected && (how === 'at most' || count === expected)) return
  throw new TreeFormatError('nodes', `has ${count} nodes, where its depth has ${how} ${expected}`)
}
