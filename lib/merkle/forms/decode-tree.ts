import { TREE_DEPTH_MAX } from '../../core/index.js'
import type { Lanes } from '../../values/index.js'
import { MerkleTree } from '../merkle-tree.js'
import type { TreeSummary } from '../revision-tree.js'
import { bytesOf, createLeaves, LANES_PER_LEAF, LEAF_BYTES } from '../tree-leaves.js'
import { createTreeShape, leafCount, type TreeShape } from '../tree-shape.js'
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
} from './binary-layout.js'
import { treeNodeCount } from './level-order.js'
import { NodeList } from './node-list.js'
import { blockLength, uncompressBlock } from './snappy-block.js'
import { TreeFormatError } from './tree-format-error.js'
import { treeOfLeaves, treeOfLevels } from './tree-of-nodes.js'

/** Upper half of 2^53 - 1, the largest count. */
const COUNT_HIGH_MAX = 0x1f_ffff

/**
 * Reads a tree from a binary form (merkle notes, section 7); formats 1 and 2 also as the older
 * generation wrote them, with all levels, which their size tells. As servers do, only format 3 is
 * checked against its summary; of the others the tree has the summary that they tell. Unlike theirs,
 * the range of every form is checked, and all levels are checked against each other, by which those
 * of early 3.8 are refused: they have the same size, but count and hash the other way round. Memory
 * follows the size of the bytes and the depth in them.
 *
 * @throws TreeFormatError when the bytes are not a tree
 * @throws TreeError when no tree can have its shape
 */
export function decodeTree(bytes: Uint8Array): MerkleTree {
  if (bytes.length < HEAD_BYTES + FRAME_BYTES) throw new TreeFormatError('bytes', 'are too few')
  if (bytes[bytes.length - 1] !== VERSION) throw new TreeFormatError('version', 'is not 1')
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - FRAME_BYTES)
  switch (String.fromCharCode(bytes[bytes.length - FRAME_BYTES] as number)) {
    case '1':
      return decodeBody(uncompressBody(body))
    case '2':
      return decodeBody(body)
    case '3':
      return decodeIndexedLeaves(body)
    case '4':
      return decodeShards(body)
    default:
      throw new TreeFormatError('format', 'is unknown')
  }
}

function uncompressBody(block: Buffer): Buffer {
  const length = blockLength(block)
  for (let depth = 0; depth <= TREE_DEPTH_MAX; depth += 1) {
    if (length === leafBodyBytes(depth) || length === levelBodyBytes(depth)) {
      return uncompressBlock(block, length, 'bytes')
    }
  }
  throw new TreeFormatError('bytes', 'are compressed from a size that no tree has')
}

function decodeBody(body: Buffer): MerkleTree {
  const depth = readDepth(body)
  if (body.length === levelBodyBytes(depth)) return decodeLevels(body, depth)
  if (body.length !== leafBodyBytes(depth)) {
    throw new TreeFormatError('bytes', 'are not as many as the depth asks for')
  }
  const { shape, summary } = readHead(body)
  const leaves = createLeaves(depth)
  bytesOf(leaves).set(body.subarray(PADDED_HEAD_BYTES))
  assertCounts(leaves)
  return MerkleTree.fromLeaves(shape, leaves, summary)
}

/** All levels, each node as its hash and its count; of the head only range and depth mean something. */
function decodeLevels(body: Buffer, depth: number): MerkleTree {
  const list = new NodeList()
  const count = treeNodeCount(depth)
  for (let index = 0; index < count; index += 1) {
    const at = PADDED_HEAD_BYTES + LEAF_BYTES * index
    list.push(index, readCount(body, at + 8, `nodes[${index}]`), readLanes(body, at))
  }
  return treeOfLevels(createTreeShape({ depth, ...readRange(body) }), list)
}

function decodeIndexedLeaves(body: Buffer): MerkleTree {
  const { shape, summary } = readHead(body)
  if ((body.length - HEAD_BYTES) % INDEXED_LEAF_BYTES !== 0) {
    throw new TreeFormatError('bytes', 'end in the middle of a leaf')
  }
  const list = new NodeList()
  let previous = -1
  for (let at = HEAD_BYTES; at < body.length; at += INDEXED_LEAF_BYTES) {
    const index = body.readUInt32LE(at)
    const place = `nodes[${index}]`
    if (index <= previous) throw new TreeFormatError(place, 'is not behind the one before it')
    if (index >= leafCount(shape.depth)) throw new TreeFormatError(place, 'is not in the tree')
    list.push(index, readCount(body, at + 4, place), readLanes(body, at + 12))
    previous = index
  }
  return treeOfLeaves(shape, summary, list)
}

function decodeShards(body: Buffer): MerkleTree {
  const { shape, summary } = readHead(body)
  const count = shardCount(shape.depth)
  const start = HEAD_BYTES + SHARD_FIELD_BYTES * (1 + count)
  if (body.length < start) throw new TreeFormatError('shards', 'are not all there')
  if (body.readUInt32LE(HEAD_BYTES) !== count) {
    throw new TreeFormatError('shards', 'are not as many as the depth asks for')
  }
  const blocks: Buffer[] = []
  let at = start
  for (let shard = 1; shard <= count; shard += 1) {
    const length = body.readUInt32LE(HEAD_BYTES + SHARD_FIELD_BYTES * shard)
    blocks.push(body.subarray(at, at + length))
    at += length
  }
  if (at !== body.length) throw new TreeFormatError('shards', 'have another size than they tell')
  const leaves = createLeaves(shape.depth)
  uncompressShards(blocks, leaves)
  assertCounts(leaves)
  return MerkleTree.fromLeaves(shape, leaves, summary)
}

/** An absent shard, of size 0, has no populated leaf. */
function uncompressShards(blocks: readonly Buffer[], leaves: Uint32Array): void {
  const shardBytes = leaves.byteLength / blocks.length
  for (const [shard, block] of blocks.entries()) {
    if (block.length === 0) continue
    const bytes = uncompressBlock(block, shardBytes, `shards[${shard}]`)
    bytesOf(leaves).set(bytes, shard * shardBytes)
  }
}

function readHead(body: Buffer): { shape: TreeShape; summary: TreeSummary } {
  const initialRangeMin = body.readBigUInt64LE(INITIAL_RANGE_MIN_AT)
  const shape = createTreeShape({ depth: readDepth(body), ...readRange(body), initialRangeMin })
  const count = readCount(body, COUNT_AT, 'count')
  return { shape, summary: { count, hash: body.readBigUInt64LE(HASH_AT) } }
}

function readRange(body: Buffer): { rangeMin: bigint; rangeMax: bigint } {
  return {
    rangeMin: body.readBigUInt64LE(RANGE_MIN_AT),
    rangeMax: body.readBigUInt64LE(RANGE_MAX_AT),
  }
}

function readDepth(body: Buffer): number {
  const depth = body.readBigUInt64LE(DEPTH_AT)
  if (depth > TREE_DEPTH_MAX) throw new TreeFormatError('depth', `is above ${TREE_DEPTH_MAX}`)
  return Number(depth)
}

function readCount(body: Buffer, at: number, place: string): number {
  const { low, high } = readLanes(body, at)
  if (high > COUNT_HIGH_MAX) throw countTooLarge(place)
  return high * 2 ** 32 + low
}

function readLanes(body: Buffer, at: number): Lanes {
  return { low: body.readUInt32LE(at), high: body.readUInt32LE(at + 4) }
}

function assertCounts(leaves: Uint32Array): void {
  for (let lane = 1; lane < leaves.length; lane += LANES_PER_LEAF) {
    if ((leaves[lane] as number) > COUNT_HIGH_MAX) {
      throw countTooLarge(`nodes[${Math.floor(lane / LANES_PER_LEAF)}]`)
    }
  }
}

function countTooLarge(place: string): TreeFormatError {
  const what = place === 'count' ? 'is' : 'has a count'
  return new TreeFormatError(place, `${what} above 2^53 - 1`)
}
