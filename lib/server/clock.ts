import { performance } from 'node:perf_hooks'

/** The longest delay of a timer; a longer one would fire at once. */
const DELAY_MS_MAX = 2 ** 31 - 1

/** A call that has been planned. */
export interface PlannedCall {
  /** Takes the call back; does nothing once it was made. */
  cancel(): void
}

/** Time as batches see it. */
export interface Clock {
  /** Milliseconds since some moment; never goes backwards. */
  nowMs(): number
  /** Plans one call, which may come early; it does not keep the process alive. */
  plan(call: () => void, delayMs: number): PlannedCall
}

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  plan(call, delayMs) {
    const timer = setTimeout(call, Math.min(delayMs, DELAY_MS_MAX)).unref()
    return {
      cancel: () => {
        clearTimeout(timer)
      },
    }
  },
}
