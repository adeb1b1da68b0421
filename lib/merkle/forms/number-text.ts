import type { Lanes } from '../../values/index.js'

const INTEGER = /^\d{1,20}$/
const TWO_TO_32 = 0x1_0000_0000
const U64_MAX = 2n ** 64n - 1n

/**
 * Reads the text of a JSON number as a count.
 *
 * @returns undefined for anything but the digits of an integer up to 2^53 - 1: a sign, a fraction
 *   or an exponent
 */
export function readCount(text: string): number | undefined {
  if (!INTEGER.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

/**
 * Reads the text of a JSON number as an unsigned 64-bit integer.
 *
 * @returns whether the text is the digits of one
 */
export function readU64(text: string, out: Lanes): boolean {
  const small = readCount(text)
  if (small !== undefined) {
    out.low = small >>> 0
    out.high = Math.floor(small / TWO_TO_32)
    return true
  }
  if (!INTEGER.test(text)) return false
  const value = BigInt(text)
  out.low = Number(value & 0xffffffffn)
  out.high = Number(value >> 32n)
  return value <= U64_MAX
}
