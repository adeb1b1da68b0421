/** Some lines of a chunk, in order, as ranges: most often there is one range. */
export class LineRanges {
  /** First index and end of each range, one after the other. */
  readonly #bounds: number[] = []
  #count = 0

  /** How many lines there are. */
  get lineCount(): number {
    return this.#count
  }

  /** How many ranges there are. */
  get rangeCount(): number {
    return this.#bounds.length / 2
  }

  /** Takes a line; its index must be above all that were taken. */
  add(index: number): void {
    const bounds = this.#bounds
    const last = bounds.length - 1
    if (last > 0 && bounds[last] === index) bounds[last] = index + 1
    else bounds.push(index, index + 1)
    this.#count += 1
  }

  /** Shows the ranges in order; `end` is the index behind the last line of one. */
  forEach(visit: (first: number, end: number) => void): void {
    for (let at = 0; at < this.#bounds.length; at += 2) {
      visit(this.#bounds[at] as number, this.#bounds[at + 1] as number)
    }
  }
}
