/*
 * Unsigned 64-bit integers as two halves of 32 bits, for loops over many thousands of them, in which
 * a `bigint` is too slow.
 */
import type { Lanes } from '../../values/index.js'
import { HEAD } from './head.js'
import { readUint, uintWidth, writeUint } from './little-endian.js'

const SMALL_MAX = 9
const LANE_BYTES = 4

/**
 * Reads an integer that is not negative.
 *
 * @param start - the first byte of a value that was validated
 * @returns the offset after it; -1, and nothing is read, when the value is another one
 */
export function readUintLanes(bytes: Uint8Array, start: number, out: Lanes): number {
  const head = bytes[start] as number
  if (head >= HEAD.zero && head < HEAD.negative) {
    out.low = head - HEAD.zero
    out.high = 0
    return start + 1
  }
  if (head <= HEAD.uint || head > HEAD.zero) return -1
  const width = head - HEAD.uint
  const lowWidth = Math.min(width, LANE_BYTES)
  out.low = readUint(bytes, start + 1, lowWidth)
  out.high = width > lowWidth ? readUint(bytes, start + 1 + lowWidth, width - lowWidth) : 0
  return start + 1 + width
}

/** Bytes of the integer that {@link writeUintLanes} writes: 1 to 9. */
export function uintLanesBytes(low: number, high: number): number {
  if (high > 0) return 1 + LANE_BYTES + uintWidth(high)
  return low <= SMALL_MAX ? 1 : 1 + uintWidth(low)
}

/**
 * Writes an integer in as few bytes as it needs, as ArangoDB's Builder does.
 *
 * @returns the offset after it
 */
export function writeUintLanes(
  bytes: Uint8Array,
  start: number,
  low: number,
  high: number,
): number {
  const end = start + uintLanesBytes(low, high)
  const width = end - start - 1
  if (width === 0) {
    bytes[start] = HEAD.zero + low
    return end
  }
  bytes[start] = HEAD.uint + width
  writeUint(bytes, start + 1, Math.min(width, LANE_BYTES), low)
  if (high > 0) writeUint(bytes, start + 1 + LANE_BYTES, width - LANE_BYTES, high)
  return end
}
