/** Counts who holds an item of a tail, for the item itself. */
export class Holds {
  readonly #onFree: () => void
  #count = 0

  /** @param onFree - called each time that the last hold is given up */
  constructor(onFree: () => void) {
    this.#onFree = onFree
  }

  /** Somebody holds the item. */
  get isHeld(): boolean {
    return this.#count > 0
  }

  /** @returns gives up this hold; a second call does nothing */
  hold(): () => void {
    let isHolding = true
    this.#count += 1
    return () => {
      if (!isHolding) return
      isHolding = false
      this.#count -= 1
      if (this.#count === 0) this.#onFree()
    }
  }
}
