import {
  Observable,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  type Subscription,
} from 'rxjs'

/**
 * Lets the first value pass at once, and after that the newest one each interval. The last value is
 * not lost: completion and errors tell it first.
 *
 * @param intervalMs - least time between two values, but for the last one
 */
export function atPace<Value>(
  intervalMs: number,
  scheduler: SchedulerLike,
): MonoTypeOperatorFunction<Value> {
  return (source$) =>
    new Observable((subscriber) => {
      let waiting: { readonly value: Value } | undefined
      let pause: Subscription | undefined
      const tell = (): void => {
        if (waiting === undefined) return
        const { value } = waiting
        waiting = undefined
        subscriber.next(value)
      }
      const tellAndPause = (): void => {
        pause = undefined
        if (waiting === undefined) return
        pause = scheduler.schedule(tellAndPause, intervalMs)
        tell()
      }
      const end = (): void => {
        pause?.unsubscribe()
        tell()
      }
      const subscription = source$.subscribe({
        next: (value) => {
          waiting = { value }
          if (pause === undefined) tellAndPause()
        },
        error: (error: unknown) => {
          end()
          subscriber.error(error)
        },
        complete: () => {
          end()
          subscriber.complete()
        },
      })
      return () => {
        pause?.unsubscribe()
        subscription.unsubscribe()
      }
    })
}
