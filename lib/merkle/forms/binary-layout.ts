import { LEAF_BYTES } from '../tree-leaves.js'
import { leafCount } from '../tree-shape.js'
import { treeNodeCount } from './level-order.js'

/*
 * The binary forms (merkle notes, section 7). All integers are little-endian, 64 bits unless told
 * otherwise; the last two bytes are the format and the version.
 */

/** The binary forms of today's servers. */
export type TreeFormat = '1' | '2' | '3' | '4'

/** Bytes of format and version, behind everything else. */
export const FRAME_BYTES = 2
/** The version of every form until now. */
export const VERSION = 1
/** rangeMin, rangeMax, depth, initialRangeMin, count, hash: before the leaves of formats 3 and 4. */
export const HEAD_BYTES = 48
/** The head of formats 1 and 2: what the fields leave of it is of no meaning. */
export const PADDED_HEAD_BYTES = 64
/** A leaf of format 3: its index in 32 bits, count, hash. */
export const INDEXED_LEAF_BYTES = 20
/** Leaves of format 4 that are compressed together: 64 kB of them, or all if those are fewer. */
const LEAVES_PER_SHARD = 4096
/** The number of shards, and the compressed size of each, in 32 bits. */
export const SHARD_FIELD_BYTES = 4

/** Where the fields of a head are. */
export const RANGE_MIN_AT = 0
export const RANGE_MAX_AT = 8
export const DEPTH_AT = 16
export const INITIAL_RANGE_MIN_AT = 24
export const COUNT_AT = 32
export const HASH_AT = 40

/** Bytes of head and leaves in formats 1 and 2 of today's servers. */
export function leafBodyBytes(depth: number): number {
  return PADDED_HEAD_BYTES + LEAF_BYTES * leafCount(depth)
}

/** Bytes of head and nodes of all levels in formats 1 and 2 of the older generation. */
export function levelBodyBytes(depth: number): number {
  return PADDED_HEAD_BYTES + LEAF_BYTES * treeNodeCount(depth)
}

/** The shards of format 4. */
export function shardCount(depth: number): number {
  return Math.max(1, leafCount(depth) / LEAVES_PER_SHARD)
}
