import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { RoundFunction } from './permutation.js'

const HASH_BYTES = 32
/** Bits beyond those of a number that make its remainder even. */
const EXTRA_BITS = 128

/** HMAC-SHA256 with the key of one domain. */
export class KeyedHash {
  readonly #key: KeyObject

  /** @param parts - what the domain is: equal parts with an equal key give equal hashes */
  constructor(key: Uint8Array, parts: readonly string[]) {
    // As JSON, so that no two lists of parts give one text.
    const domain = createHmac('sha256', key).update(JSON.stringify(parts)).digest()
    this.#key = createSecretKey(domain)
  }

  /** The 32 bytes of the hash of a text. */
  digest(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest()
  }

  /** A function for the rounds of a permutation; other tweaks give other permutations. */
  roundFunction(tweak: string): RoundFunction {
    return (round, value, count) => {
      const bytes = Math.ceil((count.toString(2).length + EXTRA_BITS) / 8)
      const input = JSON.stringify([round, value.toString(36), count.toString(36), tweak])
      const pieces = [this.digest(input).toString('hex')]
      // Made of the first piece: for a long text the input is long, and there are many pieces.
      for (let block = 1; block * HASH_BYTES < bytes; block += 1) {
        pieces.push(this.digest(JSON.stringify([block, pieces[0]])).toString('hex'))
      }
      return BigInt(`0x${pieces.join('')}`) % count
    }
  }
}
