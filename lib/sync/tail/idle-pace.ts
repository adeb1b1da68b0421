import type { TailTimes } from './tail-times.js'

/**
 * How much longer a pause gets with the number of answers in a row that brought nothing (client
 * notes, 3.5: doubled, and from then on three and five times that).
 */
const STEPS = [
  { cyclesMin: 61, factor: 10 },
  { cyclesMin: 31, factor: 6 },
  { cyclesMin: 16, factor: 2 },
]

/** Tells how long to wait before the next request, so that an idle leader is asked less often. */
export class IdlePace {
  readonly #times: Pick<TailTimes, 'idleMinMs' | 'idleMaxMs'>
  #idleCycles = 0

  constructor(times: Pick<TailTimes, 'idleMinMs' | 'idleMaxMs'>) {
    this.#times = times
  }

  /** The answer brought something, or there is more: ask again at once. */
  noteWork(): void {
    this.#idleCycles = 0
  }

  /**
   * The answer brought nothing.
   *
   * @returns milliseconds between the last request and the next one
   */
  noteIdle(): number {
    this.#idleCycles += 1
    const step = STEPS.find(({ cyclesMin }) => this.#idleCycles >= cyclesMin)
    return Math.min(this.#times.idleMinMs * (step?.factor ?? 1), this.#times.idleMaxMs)
  }
}
