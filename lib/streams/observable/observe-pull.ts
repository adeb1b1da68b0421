import { Observable } from 'rxjs'

/**
 * The bridge from streams to Observables. An Observable has no backpressure, so the data stays on
 * this side: each item is pulled, handed to `project`, and the next one is asked for only when its
 * promise has resolved. What is emitted are the results.
 *
 * Cold: every subscription opens its own iterable. Unsubscribing aborts the signal and closes it.
 * Aborting `outer` is an error: what is under way ends with the signal's reason.
 *
 * @param open - opens the iterable; called at each subscription
 * @param project - what is done with an item before the next one is fetched
 * @param outer - ends the work from outside
 */
export function observePull<Item, Result>(
  open: (signal: AbortSignal) => AsyncIterable<Item>,
  project: (item: Item, signal: AbortSignal) => Promise<Result> | Result,
  outer?: AbortSignal,
): Observable<Result> {
  return new Observable((subscriber) => {
    const controller = new AbortController()
    const signal =
      outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal])
    const run = async (): Promise<void> => {
      for await (const item of open(signal)) {
        signal.throwIfAborted()
        subscriber.next(await project(item, signal))
      }
    }
    run().then(
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
