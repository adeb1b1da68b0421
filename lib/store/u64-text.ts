/*
 * Text of unsigned 64-bit integers that are given as 32-bit lanes. All steps are exact in doubles;
 * a bigint's `toString` takes five times as long, and a dump needs it for every line.
 */
const BILLION = 1_000_000_000
const THOUSAND = 1000
const GROUP_DIGITS = 3
const BASE_64 = Buffer.from('-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')
/** The three digits of every number below a thousand. */
const GROUPS = makeGroups()

/** Bytes that {@link writeNineDigits} writes. */
export const NINE_DIGITS = 9
/** Bytes that {@link writeRevisionText} writes. */
export const REVISION_TEXT_BYTES = 11

/** What stands before the last nine decimal digits; at most 18,446,744,073. */
export function billionsOf(high: number, low: number): number {
  const first = Math.floor(high / BILLION)
  const upper = (high - first * BILLION) * 0x1_0000 + (low >>> 16)
  const second = Math.floor(upper / BILLION)
  const lower = (upper - second * BILLION) * 0x1_0000 + (low & 0xffff)
  return first * 0x1_0000_0000 + second * 0x1_0000 + Math.floor(lower / BILLION)
}

/** The last nine decimal digits as a number; its low lane alone tells, modulo 2^32. */
export function belowBillionOf(low: number, billions: number): number {
  return (low - Math.imul(billions, BILLION)) >>> 0
}

/** Writes a number below a billion with leading zeros. */
export function writeNineDigits(out: Uint8Array, at: number, value: number): void {
  const upper = (value / THOUSAND) | 0
  const top = (upper / THOUSAND) | 0
  writeGroup(out, at, top)
  writeGroup(out, at + GROUP_DIGITS, upper - top * THOUSAND)
  writeGroup(out, at + 2 * GROUP_DIGITS, value - upper * THOUSAND)
}

/** Writes the 11 base-64 digits of a revision, padded with `-` (design, "The leader's two forms"). */
export function writeRevisionText(out: Uint8Array, at: number, high: number, low: number): void {
  out[at] = BASE_64[high >>> 28] as number
  out[at + 1] = BASE_64[(high >>> 22) & 63] as number
  out[at + 2] = BASE_64[(high >>> 16) & 63] as number
  out[at + 3] = BASE_64[(high >>> 10) & 63] as number
  out[at + 4] = BASE_64[(high >>> 4) & 63] as number
  out[at + 5] = BASE_64[((high & 15) << 2) | (low >>> 30)] as number
  out[at + 6] = BASE_64[(low >>> 24) & 63] as number
  out[at + 7] = BASE_64[(low >>> 18) & 63] as number
  out[at + 8] = BASE_64[(low >>> 12) & 63] as number
  out[at + 9] = BASE_64[(low >>> 6) & 63] as number
  out[at + 10] = BASE_64[low & 63] as number
}

function writeGroup(out: Uint8Array, at: number, value: number): void {
  const from = value * GROUP_DIGITS
  out[at] = GROUPS[from] as number
  out[at + 1] = GROUPS[from + 1] as number
  out[at + 2] = GROUPS[from + 2] as number
}

function makeGroups(): Uint8Array {
  const numbers = Array.from({ length: THOUSAND }, (_, value) => String(value))
  return Buffer.from(numbers.map((text) => text.padStart(GROUP_DIGITS, '0')).join(''))
}
