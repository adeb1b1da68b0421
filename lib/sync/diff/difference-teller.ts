import type { Difference } from './difference.js'

/** Hands differences on, up to a limit. */
export class DifferenceTeller {
  readonly #onDifference: ((difference: Difference) => void | Promise<void>) | undefined
  readonly #limit: number
  #told = 0

  /** @throws RangeError when the limit is no whole number of 1 or more */
  constructor(
    onDifference: ((difference: Difference) => void | Promise<void>) | undefined,
    limit: number | undefined,
  ) {
    if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1)) {
      throw new RangeError('Cannot limit differences: the limit must be a whole number from 1 on')
    }
    this.#onDifference = onDifference
    this.#limit = limit ?? Infinity
  }

  /** Differences that were told. */
  get told(): number {
    return this.#told
  }

  /** True when no more are told. */
  get isFull(): boolean {
    return this.#told >= this.#limit
  }

  /** Resolves when the difference was handled; throws what the listener throws. */
  async tell(difference: Difference): Promise<void> {
    this.#told += 1
    await this.#onDifference?.(difference)
  }
}
