import {
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  from,
  mergeMap,
  throwError,
  type Observable,
} from 'rxjs'
import { anySignal } from './any-signal.js'

/** How {@link mergeSettled} runs. */
export interface MergeSettledOptions {
  /** Items that may be under way at one time, at least 1. */
  readonly atOnce: number
  /** Ends all of them from outside. */
  readonly signal: AbortSignal | undefined
}

/**
 * Works on several items at a time. The first failure aborts the signal of the others and keeps new
 * ones from being begun; it is passed on once all that were under way have ended, so that nothing is
 * written any more by then. What the others fail with meanwhile is a consequence, and is dropped.
 *
 * @param items - begun in their order
 * @param work - heeds its signal
 */
export function mergeSettled<Item, Value>(
  items: readonly Item[],
  { atOnce, signal }: MergeSettledOptions,
  work: (item: Item, signal: AbortSignal) => Observable<Value>,
): Observable<Value> {
  return defer(() => {
    const controller = new AbortController()
    const failures: unknown[] = []
    const fail = (error: unknown): Observable<never> => {
      failures.push(error)
      controller.abort(error)
      return EMPTY
    }
    const guarded = (item: Item): Observable<Value> => {
      if (failures.length > 0) return EMPTY
      return defer(() => work(item, anySignal(controller.signal, signal))).pipe(catchError(fail))
    }
    const end$ = defer(() => (failures.length > 0 ? throwError(() => failures[0]) : EMPTY))
    return concat(from(items).pipe(mergeMap(guarded, atOnce)), end$).pipe(
      finalize(() => {
        controller.abort()
      }),
    )
  })
}
