/**
 * Numbers that look random, and are the same for the same seed and index: each input of a fuzz run
 * can be made again alone. (sfc32 of Doty-Humphrey; quick, and good enough to mix bytes.)
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number, index: number) {
    this.#a = seed | 0
    this.#b = index | 0
    this.#c = Math.floor(index / 2 ** 32) | 0
    for (let round = 0; round < 12; round += 1) this.next()
  }

  /** A whole number below 2^32. */
  next(): number {
    const mixed = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + mixed
    return mixed >>> 0
  }

  /** A whole number below `end`. */
  below(end: number): number {
    return Math.floor((this.next() / 2 ** 32) * end)
  }

  /** True once in `times`, more or less. */
  once(times: number): boolean {
    return this.below(times) === 0
  }

  /** One of them. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] as Item
  }

  /** 64 random bits, half of the time few of them. */
  u64(): bigint {
    const value = (BigInt(this.next()) << 32n) | BigInt(this.next())
    return this.once(2) ? value : value >> BigInt(this.below(64))
  }

  /** Random bytes. */
  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let index = 0; index < length; index += 1) bytes[index] = this.next() & 0xff
    return bytes
  }
}
