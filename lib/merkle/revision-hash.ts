import type { Lanes } from '../values/index.js'

/* FNV-1a with 64 bits: offset basis 0xcbf29ce484222325, prime 0x100000001b3 = 2^40 + 435. */
const BASIS_HIGH = 0xcbf29ce4
const BASIS_LOW = 0x84222325
const PRIME_LOW = 435
const PRIME_HIGH_SHIFT = 8

/**
 * Hashes one revision as the revision trees do: FNV-1a 64 over its 8 little-endian bytes (merkle
 * notes, section 2). The hash of a set of revisions is the XOR of their hashes.
 *
 * @param revision - in two 32-bit lanes
 * @param out - gets the hash; may be the same object as `revision`
 */
export function hashRevision(revision: Readonly<Lanes>, out: Lanes): void {
  let high = BASIS_HIGH
  let low = BASIS_LOW
  for (let index = 0; index < 8; index += 1) {
    const lane = index < 4 ? revision.low : revision.high
    low = (low ^ ((lane >>> (8 * (index & 3))) & 0xff)) >>> 0
    const shifted = low << PRIME_HIGH_SHIFT
    const carry = multiplyHigh(low)
    high = (Math.imul(high, PRIME_LOW) + shifted + carry) >>> 0
    low = Math.imul(low, PRIME_LOW) >>> 0
  }
  out.high = high
  out.low = low
}

/** The upper 32 bits of `low * 435`. */
function multiplyHigh(low: number): number {
  return Math.floor((low * PRIME_LOW) / 0x100000000)
}
