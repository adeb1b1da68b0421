const SLOTS_MIN = 1024
/** Part of the slots that may be taken: beyond it, looking for a free one takes long. */
const LOAD_MAX = 0.7

/**
 * Fingerprints of 64 bits, to see which come twice, in bounded memory: where there are more than fit, the
 * set holds a part of them only, and whoever fills it has to go through all of them once a part.
 * 8 bytes a slot, in typed arrays.
 */
export class FingerprintSet {
  readonly #slotsMax: number
  #partCount = 1
  #part = 0
  #lanes = new Uint32Array(2 * SLOTS_MIN)
  #count = 0
  /** A slot of zeros is free, so the fingerprint 0 has a place of its own. */
  #hasZero = false

  /** @param slotsMax - a power of two, 1024 at least; two thirds of it fit */
  constructor(slotsMax: number) {
    this.#slotsMax = slotsMax
  }

  /** Parts that are needed, by what has come until now; it grows during the first of them only. */
  get partCount(): number {
    return this.#partCount
  }

  /** Forgets all, and goes on with another part. */
  beginPart(part: number): void {
    this.#part = part
    this.#count = 0
    this.#hasZero = false
    this.#lanes.fill(0)
  }

  /**
   * Adds a fingerprint, given as two lanes of 32 bits.
   *
   * @returns true when it was there; false when it was not, or belongs to another part
   */
  add(high: number, low: number): boolean {
    if ((mix(high, low) & (this.#partCount - 1)) !== this.#part) return false
    if (high === 0 && low === 0) {
      const wasThere = this.#hasZero
      this.#hasZero = true
      return wasThere
    }
    if (this.#insert(high, low)) return true
    this.#count += 1
    if (this.#count > LOAD_MAX * (this.#lanes.length / 2)) this.#makeRoom()
    return false
  }

  /** @returns true when it was there */
  #insert(high: number, low: number): boolean {
    const lanes = this.#lanes
    const mask = lanes.length / 2 - 1
    let slot = (mix(low, high) >>> 4) & mask
    for (;;) {
      const place = 2 * slot
      if (lanes[place] === high && lanes[place + 1] === low) return true
      if (lanes[place] === 0 && lanes[place + 1] === 0) {
        lanes[place] = high
        lanes[place + 1] = low
        return false
      }
      slot = (slot + 1) & mask
    }
  }

  /** Takes more memory while that is allowed; then, in the first part, halves what is held. */
  #makeRoom(): void {
    const before = this.#lanes
    const isFull = before.length / 2 >= this.#slotsMax
    // Later parts are as large as the first one but for chance, and may take what they need.
    const halves = isFull && this.#part === 0
    if (halves) this.#partCount *= 2
    this.#lanes = new Uint32Array(halves ? before.length : 2 * before.length)
    this.#count = 0
    for (let place = 0; place < before.length; place += 2) {
      const high = before[place] as number
      const low = before[place + 1] as number
      if (high === 0 && low === 0) continue
      if ((mix(high, low) & (this.#partCount - 1)) !== this.#part) continue
      this.#insert(high, low)
      this.#count += 1
    }
  }
}

/** Makes one number of two, each bit of which depends on all of theirs. */
function mix(a: number, b: number): number {
  let value = Math.imul(a ^ 0x2545f491, 0x85ebca6b) ^ b
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d)
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39)
  return (value ^ (value >>> 15)) >>> 0
}
