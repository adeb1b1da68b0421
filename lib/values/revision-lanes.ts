import { encodeRevision, isDecimalRevision, parseRevision, revision } from './revision.js'

const TEXT_BYTES_MAX = 11
const NO_DIGIT = 0xff
const DIGITS = makeDigits()
/** The digit of every value below 64. */
const CHARACTERS = Array.from({ length: 64 }, (_, value) => characterOf(value))

/** A 64-bit value as two unsigned 32-bit numbers, for loops in which a `bigint` is too slow. */
export interface Lanes {
  high: number
  low: number
}

/** Reads a `_rev` from its bytes into two lanes; equal to `parseRevision` of the same text. */
export function readRevisionLanes(bytes: Buffer, start: number, end: number, out: Lanes): void {
  const first = start < end ? (bytes[start] as number) : 0
  const isDecimal = first > 0x30 && first <= 0x39
  if (isDecimal || !decodeRevisionLanes(bytes, start, end, out)) readSlowly(bytes, start, end, out)
}

/**
 * Decodes the base-64 form, never the decimal one, from its bytes into two lanes; equal to
 * `decodeRevision` of the same text.
 *
 * @returns false when the text does not decode; `out` is then left alone
 */
export function decodeRevisionLanes(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Lanes,
): boolean {
  if (end - start > TEXT_BYTES_MAX) return false
  let high = 0
  let low = 0
  for (let offset = start; offset < end; offset += 1) {
    const digit = DIGITS[bytes[offset] as number] as number
    if (digit === NO_DIGIT) return false
    high = ((high << 6) | (low >>> 26)) >>> 0
    low = ((low << 6) | digit) >>> 0
  }
  out.high = high
  out.low = low
  return true
}

/**
 * Encodes a value as `encodeRevision` does; for the hundreds of thousands of texts of one answer,
 * its BigInt code is ten times slower than these lanes.
 *
 * @param low - lower 32 bits
 * @param high - upper 32 bits
 * @param pad - fill up to 11 characters with leading `-`
 */
export function encodeRevisionLanes(low: number, high: number, pad: boolean): string {
  if (low === 0 && high === 0 && !pad) return ''
  const text =
    character(high >>> 28) +
    character(high >>> 22) +
    character(high >>> 16) +
    character(high >>> 10) +
    character(high >>> 4) +
    character(((high & 0xf) << 2) | (low >>> 30)) +
    character(low >>> 24) +
    character(low >>> 18) +
    character(low >>> 12) +
    character(low >>> 6) +
    character(low)
  if (pad) return text
  let start = 0
  while (text.startsWith('-', start)) start += 1
  return start === 0 ? text : text.slice(start)
}

/**
 * Writes the text of a document's `_rev`, as `formatRevision` does.
 *
 * @param low - lower 32 bits
 * @param high - upper 32 bits
 */
export function formatRevisionLanes(low: number, high: number): string {
  // Above 2^53 it is not exact, but far from the limit.
  const value = high * 2 ** 32 + low
  return isDecimalRevision(value) ? String(value) : encodeRevisionLanes(low, high, false)
}

/** The value of two lanes. */
export function joinLanes({ high, low }: Lanes): bigint {
  return (BigInt(high) << 32n) | BigInt(low)
}

function character(bits: number): string {
  return CHARACTERS[bits & 0x3f] as string
}

function characterOf(value: number): string {
  return encodeRevision(revision(BigInt(value)), { pad: true }).slice(-1)
}

function readSlowly(bytes: Buffer, start: number, end: number, out: Lanes): void {
  const revision = parseRevision(bytes.toString('utf8', start, end))
  out.high = Number(revision >> 32n)
  out.low = Number(revision & 0xffffffffn)
}

function makeDigits(): Uint8Array {
  const digits = new Uint8Array(256).fill(NO_DIGIT)
  const alphabet = '-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  for (let value = 0; value < alphabet.length; value += 1)
    digits[alphabet.charCodeAt(value)] = value
  return digits
}
