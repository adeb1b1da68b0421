import { bucketShift, type TreeShape } from '../merkle/index.js'
import type { Lanes } from '../values/index.js'

const LANE_BITS = 32

/** Finds the leaves of a tree of depth 6 as `leafIndex` does, but without a bigint. */
export class LeafFinder {
  readonly #minimum: Lanes
  readonly #shift: number

  constructor(shape: TreeShape) {
    this.#minimum = {
      high: Number(shape.rangeMin >> 32n),
      low: Number(shape.rangeMin & 0xffff_ffffn),
    }
    this.#shift = bucketShift(shape)
  }

  /** The leaf of a revision in the range: `(revision - rangeMin) >> shift`. */
  find({ high, low }: Readonly<Lanes>): number {
    const borrow = low < this.#minimum.low ? 1 : 0
    const offsetLow = (low - this.#minimum.low) >>> 0
    const offsetHigh = (high - this.#minimum.high - borrow) >>> 0
    // A leaf has 64 revisions or more, and there are 2^18: what is shifted out at the left is 0.
    if (this.#shift >= LANE_BITS) return offsetHigh >>> (this.#shift - LANE_BITS)
    return ((offsetHigh << (LANE_BITS - this.#shift)) | (offsetLow >>> this.#shift)) >>> 0
  }
}
