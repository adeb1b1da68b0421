import { parseRevision } from './revision.js'

const TEXT_BYTES_MAX = 11
const NO_DIGIT = 0xff
const DIGITS = makeDigits()

/** A 64-bit value as two unsigned 32-bit numbers, for loops in which a `bigint` is too slow. */
export interface Lanes {
  high: number
  low: number
}

/** Reads a `_rev` from its bytes into two lanes; equal to `parseRevision` of the same text. */
export function readRevisionLanes(bytes: Buffer, start: number, end: number, out: Lanes): void {
  const first = start < end ? (bytes[start] as number) : 0
  if (end - start > TEXT_BYTES_MAX || (first > 0x30 && first <= 0x39)) {
    readSlowly(bytes, start, end, out)
    return
  }
  let high = 0
  let low = 0
  for (let offset = start; offset < end; offset += 1) {
    const digit = DIGITS[bytes[offset] as number] as number
    if (digit === NO_DIGIT) {
      readSlowly(bytes, start, end, out)
      return
    }
    high = ((high << 6) | (low >>> 26)) >>> 0
    low = ((low << 6) | digit) >>> 0
  }
  out.high = high
  out.low = low
}

/** The value of two lanes. */
export function joinLanes({ high, low }: Lanes): bigint {
  return (BigInt(high) << 32n) | BigInt(low)
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
