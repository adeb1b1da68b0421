/** A run that was followed by another resync sooner than this was of no use (client notes, 3.5). */
const SHORT_MS = 120_000
/** Resyncs in a row after short runs (client notes, 3.5: `autoResyncRetries`). */
const SHORT_RUNS_MAX = 2

/** Ends a follower that would synchronise for ever: each one reads trees of the whole source. */
export class ResyncLimit {
  readonly #now: () => number
  readonly #shortRunsMax: number
  #begunMs: number
  #shortRuns = 0

  /**
   * @param now - milliseconds; the first run begins now
   * @param shortRunsMax - resyncs in a row after short runs
   */
  constructor(now: () => number, shortRunsMax: number = SHORT_RUNS_MAX) {
    this.#now = now
    this.#shortRunsMax = shortRunsMax
    this.#begunMs = now()
  }

  /** Says that a run begins: the log is read from where a copy ended. */
  begin(): void {
    this.#begunMs = this.#now()
  }

  /** Says that the run ended in a gap; false when too many in a row did so early. */
  takesAnother(): boolean {
    const isShort = this.#now() - this.#begunMs < SHORT_MS
    this.#shortRuns = isShort ? this.#shortRuns + 1 : 0
    return this.#shortRuns <= this.#shortRunsMax
  }
}
