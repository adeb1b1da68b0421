import { Observable, type Subscription } from 'rxjs'

/**
 * Runs one step after the other. Steps that end before they are subscribed to are run in a loop, not
 * one inside the other: `repeat` and `expand` of RxJS need stack for each of them.
 *
 * @param next - makes the next step; undefined where there is none
 */
export function repeatSteps<Value>(next: () => Observable<Value> | undefined): Observable<Value> {
  return new Observable((subscriber) => {
    let current: Subscription | undefined
    let isRunning = false
    let isDue = true
    const runStep = (): void => {
      const step$ = next()
      if (step$ === undefined) {
        subscriber.complete()
        return
      }
      current = step$.subscribe({
        next: (value) => {
          subscriber.next(value)
        },
        error: (error: unknown) => {
          subscriber.error(error)
        },
        complete: () => {
          isDue = true
          run()
        },
      })
      if (subscriber.closed) current.unsubscribe()
    }
    const run = (): void => {
      if (isRunning) return
      isRunning = true
      try {
        while (isDue && !subscriber.closed) {
          isDue = false
          runStep()
        }
      } catch (error) {
        subscriber.error(error)
      }
      isRunning = false
    }
    run()
    return () => {
      current?.unsubscribe()
    }
  })
}
