import { Observable, type MonoTypeOperatorFunction } from 'rxjs'

/**
 * Fails with the reason of a signal as soon as that is aborted, whatever its source is doing: also
 * while `resumeOnError` waits for its next try. To be put behind that, then; aborting the tail itself
 * is one more error to it where the reason is no AbortError.
 */
export function failOnAbort<Value>(
  signal: AbortSignal | undefined,
): MonoTypeOperatorFunction<Value> {
  return (value$) =>
    signal === undefined
      ? value$
      : new Observable((subscriber) => {
          const fail = (): void => {
            subscriber.error(signal.reason)
          }
          if (signal.aborted) {
            fail()
            return
          }
          signal.addEventListener('abort', fail)
          subscriber.add(() => {
            signal.removeEventListener('abort', fail)
          })
          subscriber.add(value$.subscribe(subscriber))
        })
}
