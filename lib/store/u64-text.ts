const LIMB = 1_000_000_000
const LIMB_DIGITS = 9
const DIGITS_MAX = 20
const MIDDLE_START = DIGITS_MAX - 2 * LIMB_DIGITS
const BOTTOM_START = DIGITS_MAX - LIMB_DIGITS
const ZERO = 0x30
const ALPHABET = Buffer.from('-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')

/** Bytes that {@link writeRevisionText} writes. */
export const REVISION_TEXT_BYTES = 11

/**
 * The decimal text of unsigned 64-bit integers given as 32-bit lanes. All steps are exact in
 * doubles; a bigint's `toString` takes five times as long, and a dump needs it for every line.
 */
export class DecimalText {
  readonly #digits = new Uint8Array(DIGITS_MAX).fill(ZERO)
  #quotient = 0

  /** Takes a number; returns how many digits it has. */
  set(high: number, low: number): number {
    const first = Math.floor(high / LIMB)
    const upper = (high - first * LIMB) * 0x1_0000 + (low >>> 16)
    const second = Math.floor(upper / LIMB)
    const lower = (upper - second * LIMB) * 0x1_0000 + (low & 0xffff)
    const third = Math.floor(lower / LIMB)
    this.#writeQuotient(first * 0x1_0000_0000 + second * 0x1_0000 + third)
    this.#writeLimb(lower - third * LIMB, BOTTOM_START, DIGITS_MAX)
    return DIGITS_MAX - this.#firstDigit()
  }

  /** Writes the digits of the number taken last; returns the offset after them. */
  write(out: Uint8Array, at: number): number {
    let offset = at
    for (let index = this.#firstDigit(); index < DIGITS_MAX; index += 1) {
      out[offset] = this.#digits[index] as number
      offset += 1
    }
    return offset
  }

  /** All but the last nine digits: in a dump they are most often those of the line before. */
  #writeQuotient(quotient: number): void {
    if (quotient === this.#quotient) return
    this.#quotient = quotient
    const top = Math.floor(quotient / LIMB)
    this.#writeLimb(top, 0, MIDDLE_START)
    this.#writeLimb(quotient - top * LIMB, MIDDLE_START, BOTTOM_START)
  }

  #writeLimb(limb: number, start: number, end: number): void {
    let rest = limb | 0
    for (let index = end - 1; index >= start; index -= 1) {
      const tenth = (rest / 10) | 0
      this.#digits[index] = ZERO + rest - tenth * 10
      rest = tenth
    }
  }

  #firstDigit(): number {
    let index = 0
    while (index < DIGITS_MAX - 1 && this.#digits[index] === ZERO) index += 1
    return index
  }
}

/**
 * Writes the 11 base-64 digits of a revision, padded with `-` (design, "The leader's two forms").
 *
 * @returns the offset after them
 */
export function writeRevisionText(out: Uint8Array, at: number, high: number, low: number): number {
  out[at] = ALPHABET[high >>> 28] as number
  out[at + 1] = ALPHABET[(high >>> 22) & 63] as number
  out[at + 2] = ALPHABET[(high >>> 16) & 63] as number
  out[at + 3] = ALPHABET[(high >>> 10) & 63] as number
  out[at + 4] = ALPHABET[(high >>> 4) & 63] as number
  out[at + 5] = ALPHABET[((high & 15) << 2) | (low >>> 30)] as number
  out[at + 6] = ALPHABET[(low >>> 24) & 63] as number
  out[at + 7] = ALPHABET[(low >>> 18) & 63] as number
  out[at + 8] = ALPHABET[(low >>> 12) & 63] as number
  out[at + 9] = ALPHABET[(low >>> 6) & 63] as number
  out[at + 10] = ALPHABET[low & 63] as number
  return at + REVISION_TEXT_BYTES
}
