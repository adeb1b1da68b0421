import { lastValueFrom, tap, type Observable } from 'rxjs'

/**
 * Runs a pipeline to its end, for callers that want a promise instead of an Observable.
 *
 * @param onValue - sees every value as it comes; what it throws ends the pipeline
 * @returns the last value; undefined when there was none
 * @throws what the pipeline or `onValue` fails with
 */
export function runToEnd<Value>(
  values$: Observable<Value>,
  onValue: (value: Value) => void = () => undefined,
): Promise<Value | undefined> {
  return lastValueFrom(values$.pipe(tap(onValue)), { defaultValue: undefined })
}
