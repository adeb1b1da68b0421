/*
 * What one would write without a kernel. The shift goes by a loop counter on purpose: the shorter
 * loop that shifts the value itself makes V8 of Node 20 abort once it is optimised.
 */

const BASIS = 0xcbf29ce484222325n
const PRIME = 0x100000001b3n
const ALPHABET = '-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const DIGITS = new Map(Array.from(ALPHABET, (character, digit) => [character, BigInt(digit)]))

/** FNV-1a 64 over the 8 little-endian bytes. */
export function hashWithBigInt(revision: bigint): bigint {
  let hash = BASIS
  for (let shift = 0n; shift < 64n; shift += 8n) {
    hash = BigInt.asUintN(64, (hash ^ ((revision >> shift) & 255n)) * PRIME)
  }
  return hash
}

/** The number that a `_rev` stands for. */
export function decodeWithBigInt(text: string): bigint {
  let value = 0n
  for (const character of text) value = (value << 6n) | (DIGITS.get(character) ?? 0n)
  return BigInt.asUintN(64, value)
}

/** Leaves as two plain arrays. */
export class PlainLeaves {
  readonly counts: Uint32Array
  readonly hashes: BigUint64Array
  readonly #rangeMin: bigint
  readonly #shift: bigint

  /** @param shift - binary logarithm of a leaf's width */
  constructor(count: number, rangeMin: bigint, shift: bigint) {
    this.counts = new Uint32Array(count)
    this.hashes = new BigUint64Array(count)
    this.#rangeMin = rangeMin
    this.#shift = shift
  }

  insert(revision: bigint): void {
    const index = Number((revision - this.#rangeMin) >> this.#shift)
    this.counts[index] = (this.counts[index] as number) + 1
    this.hashes[index] = (this.hashes[index] as bigint) ^ hashWithBigInt(revision)
  }
}
