import { unreachable } from '../../core/index.js'
import { DocumentedTree } from '../documented-tree.js'
import type { MerkleTree } from '../merkle-tree.js'
import { bytesOf, isPopulated, LANES_PER_LEAF, LEAF_BYTES, nodeCount } from '../tree-leaves.js'
import { leafCount } from '../tree-shape.js'
import {
  COUNT_AT,
  DEPTH_AT,
  FRAME_BYTES,
  HASH_AT,
  HEAD_BYTES,
  INDEXED_LEAF_BYTES,
  INITIAL_RANGE_MIN_AT,
  leafBodyBytes,
  levelBodyBytes,
  PADDED_HEAD_BYTES,
  RANGE_MAX_AT,
  RANGE_MIN_AT,
  SHARD_FIELD_BYTES,
  shardCount,
  VERSION,
  type TreeFormat,
} from './binary-layout.js'
import { levelStart } from './level-order.js'
import { compressBlock } from './snappy-block.js'

/** The count up to which servers choose format 3 (merkle notes, section 7). */
const INDEXED_COUNT_MAX = 15_000

/**
 * Writes a tree in one of the binary forms (merkle notes, section 7), as servers store it:
 *
 * - `2`: every leaf; `1`: the same, compressed.
 * - `3`: the leaves with a count.
 * - `4`: every leaf, compressed in parts; what is all empty is left out.
 * - `auto`: `3` up to a count of 15,000, else `4`, as servers choose.
 *
 * A tree whose removals spoiled a leaf, so that it has a hash without a count, does not fit in
 * format 3: `auto` then takes 4.
 *
 * @param tree - one of the older generation has its own form of `2`: hash and count of all levels
 * @throws RangeError when the tree does not fit in that format
 */
export function encodeTree(tree: MerkleTree, format: TreeFormat | 'auto'): Buffer
export function encodeTree(tree: DocumentedTree, format: '2'): Buffer
export function encodeTree(tree: MerkleTree | DocumentedTree, format: TreeFormat | 'auto'): Buffer {
  if (tree instanceof DocumentedTree) {
    if (format === '2') return frame(encodeLevels(tree), '2')
    throw new RangeError(`Cannot write a tree with all levels in format ${format}: only 2 has them`)
  }
  const chosen = format === 'auto' ? chooseFormat(tree) : format
  return frame(encodeBody(tree, chosen), chosen)
}

function chooseFormat(tree: MerkleTree): TreeFormat {
  return tree.count <= INDEXED_COUNT_MAX && !hasSpoiledLeaf(tree.leaves) ? '3' : '4'
}

function encodeBody(tree: MerkleTree, format: TreeFormat): Buffer {
  switch (format) {
    case '1':
      return compressBlock(encodeLeaves(tree))
    case '2':
      return encodeLeaves(tree)
    case '3':
      return encodeIndexedLeaves(tree)
    case '4':
      return encodeShards(tree)
    default:
      return unreachable(format, 'format of a tree')
  }
}

function frame(body: Buffer, format: TreeFormat): Buffer {
  return Buffer.concat(
    [body, Buffer.from([format.charCodeAt(0), VERSION])],
    body.length + FRAME_BYTES,
  )
}

function encodeLeaves(tree: MerkleTree): Buffer {
  const body = Buffer.alloc(leafBodyBytes(tree.depth))
  writeHead(body, tree)
  body.set(bytesOf(tree.leaves), PADDED_HEAD_BYTES)
  return body
}

function encodeIndexedLeaves(tree: MerkleTree): Buffer {
  const { leaves } = tree
  if (hasSpoiledLeaf(leaves)) {
    throw new RangeError('Cannot write a tree in format 3: it has a leaf with a hash and no count')
  }
  const body = Buffer.alloc(HEAD_BYTES + INDEXED_LEAF_BYTES * tree.populatedCount)
  writeHead(body, tree)
  let at = HEAD_BYTES
  for (let index = 0; index < leafCount(tree.depth); index += 1) {
    if (!isPopulated(leaves, index)) continue
    body.writeUInt32LE(index, at)
    body.set(leafBytes(leaves, index, 1), at + 4)
    at += INDEXED_LEAF_BYTES
  }
  return body
}

function encodeShards(tree: MerkleTree): Buffer {
  const count = shardCount(tree.depth)
  const leavesPerShard = leafCount(tree.depth) / count
  const head = Buffer.alloc(HEAD_BYTES + SHARD_FIELD_BYTES * (1 + count))
  writeHead(head, tree)
  head.writeUInt32LE(count, HEAD_BYTES)
  const empty = Buffer.alloc(LEAF_BYTES * leavesPerShard)
  const shards: Buffer[] = []
  for (let shard = 0; shard < count; shard += 1) {
    const bytes = leafBytes(tree.leaves, shard * leavesPerShard, leavesPerShard)
    const block = bytes.equals(empty) ? Buffer.alloc(0) : compressBlock(bytes)
    head.writeUInt32LE(block.length, HEAD_BYTES + SHARD_FIELD_BYTES * (1 + shard))
    shards.push(block)
  }
  return Buffer.concat([head, ...shards])
}

function encodeLevels(tree: DocumentedTree): Buffer {
  const body = Buffer.alloc(levelBodyBytes(tree.depth))
  writeRange(body, tree)
  for (let level = 0; level <= tree.depth; level += 1) {
    const nodes = tree.level(level)
    for (let index = 0; index < leafCount(level); index += 1) {
      const at = PADDED_HEAD_BYTES + LEAF_BYTES * (levelStart(level) + index)
      const node = leafBytes(nodes, index, 1)
      node.copy(body, at, 8, LEAF_BYTES)
      node.copy(body, at + 8, 0, 8)
    }
  }
  return body
}

function writeHead(body: Buffer, tree: MerkleTree): void {
  writeRange(body, tree)
  body.writeBigUInt64LE(tree.initialRangeMin, INITIAL_RANGE_MIN_AT)
  body.writeBigUInt64LE(BigInt(tree.count), COUNT_AT)
  body.writeBigUInt64LE(tree.hash, HASH_AT)
}

function writeRange(body: Buffer, tree: MerkleTree | DocumentedTree): void {
  body.writeBigUInt64LE(tree.rangeMin, RANGE_MIN_AT)
  body.writeBigUInt64LE(tree.rangeMax, RANGE_MAX_AT)
  body.writeBigUInt64LE(BigInt(tree.depth), DEPTH_AT)
}

function leafBytes(leaves: Uint32Array, first: number, count: number): Buffer {
  return bytesOf(leaves).subarray(LEAF_BYTES * first, LEAF_BYTES * (first + count))
}

function hasSpoiledLeaf(leaves: Uint32Array): boolean {
  for (let index = 0; index < leaves.length / LANES_PER_LEAF; index += 1) {
    if (isPopulated(leaves, index) && nodeCount(leaves, index) === 0) return true
  }
  return false
}
