import { parseVelocyPack, VelocyPackError, VelocyPackSlice } from '../../wire/index.js'
import { assembleTree } from './assemble-tree.js'
import type { ReadTree } from './tree-form.js'
import { TreeFormatError } from './tree-format-error.js'
import { TreeHead, type ScalarToken } from './tree-head.js'
import { TreeNodes } from './tree-nodes.js'
import type { TreeGeneration } from './tree-text-reader.js'
import {
  commonNodeBytes,
  readCommonGap,
  readCommonNode,
  validNodeBytes,
  type CommonNode,
} from './velocypack-node.js'

/** How {@link parseTreeVelocyPack} reads. */
export interface ParseTreeVelocyPackOptions {
  /** `current` refuses the forms with hashes as text, as servers since 3.10 do; `any` by default. */
  readonly generation?: TreeGeneration
}

/**
 * Reads a tree from VelocyPack, in any of the forms that it has as JSON, with the same checks as
 * `parseTree` (merkle notes, sections 5 and 6).
 *
 * @param bytes - the whole answer: 5.8 MB for a tree of depth 6 with all its leaves
 * @throws TreeFormatError when the bytes are not VelocyPack or not a tree
 * @throws TreeError when no tree can have its shape
 */
export function parseTreeVelocyPack(
  bytes: Uint8Array,
  { generation = 'any' }: ParseTreeVelocyPackOptions = {},
): ReadTree {
  const root = parse(bytes)
  if (root.type !== 'object') throw new TreeFormatError('bytes', 'are not an object')
  const head = new TreeHead()
  let nodeList: VelocyPackSlice | undefined
  for (const [name, value] of root.attributes()) {
    if (TreeHead.knows(name)) head.set(name, asToken(value))
    if (name !== 'nodes') continue
    if (nodeList !== undefined) throw new TreeFormatError('nodes', 'is there twice')
    nodeList = value
  }
  if (nodeList === undefined) throw new TreeFormatError('nodes', 'is missing')
  if (nodeList.type !== 'array') throw new TreeFormatError('nodes', 'is not an array')
  return assembleTree(head, readNodes(nodeList, head.find('maxDepth'), generation))
}

function parse(bytes: Uint8Array): VelocyPackSlice {
  try {
    return parseVelocyPack(bytes, { knownItem: commonNodeBytes })
  } catch (cause) {
    if (!(cause instanceof VelocyPackError)) throw cause
    throw new TreeFormatError('bytes', 'are not VelocyPack', { cause })
  }
}

function readNodes(
  list: VelocyPackSlice,
  maxDepth: bigint | undefined,
  generation: TreeGeneration,
): TreeNodes {
  const depth = maxDepth === undefined ? undefined : Number(maxDepth)
  const nodes = new TreeNodes()
  const common: CommonNode = { count: 0, hash: { high: 0, low: 0 } }
  const { source } = list
  const [itemsStart, itemsEnd] = list.itemBounds()
  for (let start = itemsStart; start < itemsEnd;) {
    const gap = readCommonGap(source, start, common.hash)
    if (gap > 0) {
      nodes.skip(gap, depth)
      start += validNodeBytes(source, start)
    } else if (readCommonNode(source, start, common)) {
      nodes.add(common.count, common.hash, depth)
      start += validNodeBytes(source, start)
    } else {
      const node = new VelocyPackSlice(source, start)
      readNode(node, nodes, generation)
      nodes.end(depth)
      start += node.bytes.length
    }
  }
  return nodes
}

/** Reads a node of any kind, attribute by attribute. */
function readNode(node: VelocyPackSlice, nodes: TreeNodes, generation: TreeGeneration): void {
  if (node.type !== 'object') throw nodes.fail('is not an object')
  nodes.begin()
  for (const [name, value] of node.attributes()) {
    if (TreeNodes.knows(name)) nodes.set(name, asToken(value))
  }
  if (generation === 'current') nodes.refuseTexts()
}

/** The value as the token that it is in JSON text; undefined for arrays and objects. */
function asToken(slice: VelocyPackSlice): ScalarToken | undefined {
  switch (slice.type) {
    case 'array':
    case 'object':
      return undefined
    case 'integer':
      return { name: 'numberValue', value: slice.toBigInt().toString() }
    case 'double':
      return { name: 'numberValue', value: doubleText(slice.toNumber()) }
    case 'text':
      return { name: 'stringValue', value: slice.toText() }
    default:
      // No attribute takes what is left, just as none takes null.
      return { name: 'nullValue', value: null }
  }
}

/** With a fraction or an exponent, because a double is not an exact integer even when it is whole. */
function doubleText(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
