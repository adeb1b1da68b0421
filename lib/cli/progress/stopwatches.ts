/** Tells how long each of several things is under way. */
export class Stopwatches {
  readonly #now: () => number
  readonly #begunMs = new Map<string, number>()

  /** @param now - milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Begins one anew. */
  begin(name: string): void {
    this.#begunMs.set(name, this.#now())
  }

  /** Seconds since its begin; 0 for one that was not begun. */
  seconds(name: string): number {
    const nowMs = this.#now()
    return (nowMs - (this.#begunMs.get(name) ?? nowMs)) / 1000
  }

  /** As {@link seconds}, and forgets it. */
  end(name: string): number {
    const seconds = this.seconds(name)
    this.#begunMs.delete(name)
    return seconds
  }
}
