/*
 * The nodes of a tree in VelocyPack as servers write them (merkle notes, section 5): a leaf is a
 * sorted object of `count` and `hash`, a gap of one leaf `{}`, a longer one a compact object of
 * `skip`.
 */
import type { Lanes } from '../../values/index.js'
import { readUintLanes, uintLanesBytes, writeUintLanes } from '../../wire/index.js'
import { LANES_PER_LEAF } from '../tree-leaves.js'

/** The head of a sorted object whose lengths and offsets have one byte. */
const SORTED_OBJECT = 0x0b
const EMPTY_OBJECT = 0x0a
const COMPACT_OBJECT = 0x14
const COUNT = nameBytes('count')
const HASH = nameBytes('hash')
const SKIP = nameBytes('skip')
/** Head, length, and number of attributes; behind the attributes there are their offsets. */
const HEADER_BYTES = 3
const TABLE_BYTES = 2
const UINT_BYTES_MAX = 9
/** The heads of 0 to 9, and of unsigned integers of 1 to 8 bytes. */
const SMALL_UINT = 0x30
const SMALL_UINT_MAX = 9
const UINT = 0x28
const TWO_TO_32 = 0x1_0000_0000
/** Bits of the high half of a count that a number holds exactly. */
const COUNT_HIGH_BITS = 21

/** Bytes of the longest node. */
export const NODE_BYTES_MAX: number =
  HEADER_BYTES + COUNT.length + HASH.length + 2 * UINT_BYTES_MAX + TABLE_BYTES

/** A leaf that was read. */
export interface CommonNode {
  count: number
  readonly hash: Lanes
}

/** Bytes of a leaf. */
export function leafBytes(leaves: Uint32Array, index: number): number {
  const lane = index * LANES_PER_LEAF
  const countBytes = uintLanesBytes(leaves[lane] as number, leaves[lane + 1] as number)
  const hashBytes = uintLanesBytes(leaves[lane + 2] as number, leaves[lane + 3] as number)
  return HEADER_BYTES + COUNT.length + countBytes + HASH.length + hashBytes + TABLE_BYTES
}

/** Writes a leaf; returns the offset after it. */
export function writeLeaf(
  bytes: Uint8Array,
  start: number,
  leaves: Uint32Array,
  index: number,
): number {
  const lane = index * LANES_PER_LEAF
  bytes[start] = SORTED_OBJECT
  bytes[start + 2] = 2
  const countStart = start + HEADER_BYTES
  const hashStart = writeAttribute(bytes, countStart, COUNT, leaves, lane)
  const table = writeAttribute(bytes, hashStart, HASH, leaves, lane + 2)
  bytes[table] = HEADER_BYTES
  bytes[table + 1] = hashStart - start
  bytes[start + 1] = table + TABLE_BYTES - start
  return table + TABLE_BYTES
}

/** Bytes of a run of `length` leaves that are left out. */
export function gapBytes(length: number): number {
  // Head, length of the object, name, number, and the number of attributes.
  return length === 1 ? 1 : 2 + SKIP.length + uintLanesBytes(length, 0) + 1
}

/** Writes a run of leaves that are left out; returns the offset after it. */
export function writeGap(bytes: Uint8Array, start: number, length: number): number {
  if (length === 1) {
    bytes[start] = EMPTY_OBJECT
    return start + 1
  }
  bytes[start] = COMPACT_OBJECT
  bytes[start + 1] = gapBytes(length)
  bytes.set(SKIP, start + 2)
  const end = writeUintLanes(bytes, start + 2 + SKIP.length, length, 0)
  bytes[end] = 1
  return end + 1
}

/**
 * Tells of a node, by its length, that it is valid and stands as servers write it; 0 of anything else.
 *
 * @param end - where the nodes end
 */
export function commonNodeBytes(bytes: Uint8Array, start: number, end: number): number {
  const head = bytes[start]
  if (head === EMPTY_OBJECT) return 1
  const length = bytes[start + 1] as number
  if (start + length > end) return 0
  const stop = head === SORTED_OBJECT ? findLeafEnd(bytes, start) : findGapEnd(bytes, start)
  return stop - start === length ? length : 0
}

/** The offset after a leaf as servers write it; -1 when it is anything else. */
function findLeafEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start + 2] !== 2) return -1
  const hashStart = skipAttribute(bytes, start + HEADER_BYTES, COUNT)
  if (hashStart < 0) return -1
  const table = skipAttribute(bytes, hashStart, HASH)
  const isLeaf =
    table >= 0 && bytes[table] === HEADER_BYTES && bytes[table + 1] === hashStart - start
  return isLeaf ? table + TABLE_BYTES : -1
}

/** The offset after a gap as servers write it; -1 when it is anything else. */
function findGapEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== COMPACT_OBJECT) return -1
  const stop = skipAttribute(bytes, start + 2, SKIP)
  return stop >= 0 && bytes[stop] === 1 ? stop + 1 : -1
}

/** The length of a node that {@link commonNodeBytes} knows, once it was validated. */
export function validNodeBytes(bytes: Uint8Array, start: number): number {
  return bytes[start] === EMPTY_OBJECT ? 1 : (bytes[start + 1] as number)
}

/**
 * Reads a node if it is a leaf just as servers write it, which nearly all nodes of an answer are.
 *
 * @param start - a validated value
 * @returns false, and what is in `out` has no meaning, when it is anything else
 */
export function readCommonNode(bytes: Uint8Array, start: number, out: CommonNode): boolean {
  if (bytes[start] !== SORTED_OBJECT || bytes[start + 2] !== 2) return false
  const hashStart = readAttribute(bytes, start + HEADER_BYTES, COUNT, out.hash)
  if (hashStart < 0 || out.hash.high >>> COUNT_HIGH_BITS !== 0) return false
  out.count = out.hash.high * TWO_TO_32 + out.hash.low
  return readAttribute(bytes, hashStart, HASH, out.hash) >= 0
}

/**
 * Reads a run of leaves that are left out if it stands as servers write it.
 *
 * @param start - a validated value
 * @param scratch - gets the length as lanes
 * @returns how many leaves, at least 2; 0 when the node is anything else
 */
export function readCommonGap(bytes: Uint8Array, start: number, scratch: Lanes): number {
  if (bytes[start] !== COMPACT_OBJECT) return 0
  const end = readAttribute(bytes, start + 2, SKIP, scratch)
  // The object ends with the number of its attributes: the length says that no other one follows.
  if (end < 0 || bytes[end] !== 1 || bytes[start + 1] !== end + 1 - start) return 0
  return scratch.high === 0 && scratch.low > 1 ? scratch.low : 0
}

function nameBytes(name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(0x40 + name.length)}${name}`)
}

function writeAttribute(
  bytes: Uint8Array,
  start: number,
  name: Buffer,
  leaves: Uint32Array,
  lane: number,
): number {
  for (let index = 0; index < name.length; index += 1) bytes[start + index] = name[index] as number
  const valueStart = start + name.length
  return writeUintLanes(bytes, valueStart, leaves[lane] as number, leaves[lane + 1] as number)
}

/** As {@link readAttribute}, without reading. */
function skipAttribute(bytes: Uint8Array, start: number, name: Buffer): number {
  for (let index = 0; index < name.length; index += 1) {
    if (bytes[start + index] !== name[index]) return -1
  }
  const valueStart = start + name.length
  const head = bytes[valueStart] as number
  if (head >= SMALL_UINT && head <= SMALL_UINT + SMALL_UINT_MAX) return valueStart + 1
  return head >= UINT && head < UINT + UINT_BYTES_MAX - 1 ? valueStart + 2 + head - UINT : -1
}

/** The offset after an attribute of that name; -1 when it is another, or no unsigned integer. */
function readAttribute(bytes: Uint8Array, start: number, name: Buffer, out: Lanes): number {
  for (let index = 0; index < name.length; index += 1) {
    if (bytes[start + index] !== name[index]) return -1
  }
  return readUintLanes(bytes, start + name.length, out)
}
