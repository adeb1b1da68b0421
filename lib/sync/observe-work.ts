import { Observable } from 'rxjs'
import { anySignal } from './any-signal.js'

/**
 * Runs a task for each subscription: what it emits are small events, and the data that it moves
 * stays with it. Unsubscribing aborts its signal.
 *
 * @param work - completes the Observable when it resolves, and fails it when it rejects
 * @param outer - ends the work from outside, with an error
 */
export function observeWork<Event>(
  work: (emit: (event: Event) => void, signal: AbortSignal) => Promise<void>,
  outer?: AbortSignal,
): Observable<Event> {
  return new Observable((subscriber) => {
    const controller = new AbortController()
    const emit = (event: Event): void => {
      subscriber.next(event)
    }
    work(emit, anySignal(controller.signal, outer)).then(
      () => {
        subscriber.complete()
      },
      (error: unknown) => {
        subscriber.error(error)
      },
    )
    return () => {
      controller.abort()
    }
  })
}
