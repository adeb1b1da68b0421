import type { BatchClock } from '../../lib/remote/index.js'

/** A clock that stands until it is moved. */
export class ManualClock implements BatchClock {
  #nowMs = 0
  readonly intervals: { readonly everyMs: number; nextMs: number; readonly run: () => void }[] = []

  now(): number {
    return this.#nowMs
  }

  every(everyMs: number, run: () => void): () => void {
    const interval = { everyMs, nextMs: this.#nowMs + everyMs, run }
    this.intervals.push(interval)
    return () => {
      this.intervals.splice(this.intervals.indexOf(interval), 1)
    }
  }

  move(ms: number): void {
    this.#nowMs += ms
    for (const interval of this.intervals) {
      while (interval.nextMs <= this.#nowMs) {
        interval.nextMs += interval.everyMs
        interval.run()
      }
    }
  }
}
