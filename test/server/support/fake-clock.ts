import type { Clock } from '../../../lib/server/index.js'

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Moves time on and makes the planned calls that are due. */
  move(ms: number): void
  /** How many calls are planned. */
  readonly plannedCount: number
}

interface Planned {
  readonly call: () => void
  readonly atMs: number
}

/** Makes a clock that shows 0. */
export function createFakeClock(): FakeClock {
  let nowMs = 0
  let planned: Planned[] = []
  return {
    nowMs: () => nowMs,
    plan(call, delayMs) {
      const made = { call, atMs: nowMs + delayMs }
      planned.push(made)
      return {
        cancel() {
          planned = planned.filter((each) => each !== made)
        },
      }
    },
    move(ms) {
      nowMs += ms
      const due = planned.filter(({ atMs }) => atMs <= nowMs)
      planned = planned.filter(({ atMs }) => atMs > nowMs)
      for (const { call } of due) call()
    },
    get plannedCount() {
      return planned.length
    },
  }
}
