import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs'

/** Time that passes only where somebody waits, and at once then. */
export class HurriedScheduler implements SchedulerLike {
  /** What was waited for, in milliseconds. */
  readonly waits: number[] = []
  #nowMs = 1_000_000

  now(): number {
    return this.#nowMs
  }

  schedule<State>(
    work: (this: SchedulerAction<State>, state?: State) => void,
    delayMs = 0,
    state?: State,
  ): Subscription {
    const pass = (): void => {
      this.#nowMs += delayMs
      this.waits.push(delayMs)
    }
    return asyncScheduler.schedule<State>(
      function (inner) {
        pass()
        work.call(this, inner)
      },
      0,
      state,
    )
  }
}
