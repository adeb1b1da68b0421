import { performance } from 'node:perf_hooks'

/** A call that has been planned. */
export interface PlannedCall {
  /** Takes the call back; does nothing once it was made. */
  cancel(): void
}

/** Time as batches see it. */
export interface Clock {
  /** Milliseconds since some moment; never goes backwards. */
  nowMs(): number
  /** Plans one call; it does not keep the process alive. */
  plan(call: () => void, delayMs: number): PlannedCall
}

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  plan(call, delayMs) {
    const timer = setTimeout(call, delayMs).unref()
    return {
      cancel: () => {
        clearTimeout(timer)
      },
    }
  },
}
