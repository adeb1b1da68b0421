/** Bytes of the hash of a key. */
export const KEY_HASH_BYTES = 16
const WORDS = 4
const FIRST_CAPACITY = 1024

/**
 * The last place of each key, by a hash of 128 bits; open addressing, at most half full. Hashes have to
 * be even, as cryptographic ones are.
 */
export class KeyTable {
  #capacity = FIRST_CAPACITY
  #words: Uint32Array = new Uint32Array(FIRST_CAPACITY * WORDS)
  /** The place of the key in each slot and one more; 0 where the slot is free. */
  #places: Float64Array = new Float64Array(FIRST_CAPACITY)
  #count = 0

  /** Keys in the table. */
  get count(): number {
    return this.#count
  }

  /**
   * Notes the place of a key.
   *
   * @param hashes - read from `offset` on
   * @returns the place that the key had; undefined when it is new
   */
  put(hashes: Buffer, offset: number, place: number): number | undefined {
    if (this.#count * 2 >= this.#capacity) this.#grow()
    const slot = this.#find(
      hashes.readUInt32LE(offset),
      hashes.readUInt32LE(offset + 4),
      hashes.readUInt32LE(offset + 8),
      hashes.readUInt32LE(offset + 12),
    )
    const before = this.#places[slot] as number
    this.#places[slot] = place + 1
    if (before > 0) return before - 1
    this.#count += 1
    return undefined
  }

  /** The slot of a key, or a free one that is its own from now on. */
  #find(a: number, b: number, c: number, d: number): number {
    const words = this.#words
    let slot = a & (this.#capacity - 1)
    for (; (this.#places[slot] as number) > 0; slot = (slot + 1) & (this.#capacity - 1)) {
      const at = slot * WORDS
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) {
        return slot
      }
    }
    words.set([a, b, c, d], slot * WORDS)
    return slot
  }

  #grow(): void {
    const words = this.#words
    const places = this.#places
    this.#capacity *= 2
    this.#words = new Uint32Array(this.#capacity * WORDS)
    this.#places = new Float64Array(this.#capacity)
    for (const [slot, place] of places.entries()) {
      if (place === 0) continue
      const [a, b, c, d] = words.subarray(slot * WORDS, (slot + 1) * WORDS) as unknown as Words
      this.#places[this.#find(a, b, c, d)] = place
    }
  }
}

type Words = readonly [number, number, number, number]
