/**
 * FNV-1a 64 over bytes, piece by piece, in two 32-bit lanes: the digests of the vectors are over
 * megabytes, for which a `bigint` is too slow.
 */
export class Digest {
  #high = 0xcbf29ce4
  #low = 0x84222325
  /** Bytes so far. */
  bytes = 0

  add(bytes: Uint8Array): this {
    let [high, low] = [this.#high, this.#low]
    for (const byte of bytes) {
      low = (low ^ byte) >>> 0
      const carry = Math.floor((low * 435) / 0x1_0000_0000)
      high = (Math.imul(high, 435) + (low << 8) + carry) >>> 0
      low = Math.imul(low, 435) >>> 0
    }
    this.#high = high
    this.#low = low
    this.bytes += bytes.length
    return this
  }

  /** The digest in decimal, as the vectors have it. */
  get text(): string {
    return ((BigInt(this.#high) << 32n) | BigInt(this.#low)).toString()
  }
}

/** The digest of one piece. */
export function digestOf(bytes: Uint8Array): string {
  return new Digest().add(bytes).text
}
