import {
  asyncScheduler,
  defer,
  retry,
  tap,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import type { ReplicaNotice } from '../../replica/index.js'
import { isPassing } from './is-passing.js'
import type { TailChunk } from './tail-item.js'

/** A try that failed, and when the next one begins. */
export interface TailRetry {
  readonly error: unknown
  /** 1 for the first failure in a row. */
  readonly attempt: number
  readonly delayMs: number
}

/** How a tail is taken up again. */
export interface ResumeOptions {
  /** Tells which errors are tried again. Default: those that may go away. */
  readonly isPassing?: ((error: unknown) => boolean) | undefined
  /** Failures in a row after which the error is passed on. Default: 100. */
  readonly retries?: number | undefined
  /** The first delay is up to this long, each next one up to twice as long. Default: 1000. */
  readonly minDelayMs?: number | undefined
  /** The longest delay. Default: 30,000. */
  readonly maxDelayMs?: number | undefined
  /** Gives numbers from 0 to below 1 that spread the delays. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Keeps time. Default: RxJS's `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined
  /** Called before each delay. */
  readonly onRetry?: ((retry: TailRetry) => void) | undefined
  /** Told of each delay in words. */
  readonly onNotice?: ((notice: ReplicaNotice) => void) | undefined
}

/** As many as ArangoDB's own followers (client notes, 3.5). */
const RETRIES = 100
const MIN_DELAY_MS = 1000
const MAX_DELAY_MS = 30_000

/**
 * Takes a tail up again behind the last chunk when it fails, after a delay that grows with each
 * failure in a row and is spread by chance, so that followers do not come back all at once. A chunk
 * is a success: counting begins anew. To be applied to the tail itself, before its chunks are changed.
 *
 * Passed on are errors that do not go away: TailErrors, credentials that are refused, what a server
 * says is wrong with the request, misuse (TypeError, RangeError), and aborted signals.
 *
 * @throws RangeError at the call when a figure is out of range
 */
export function resumeOnError(options: ResumeOptions = {}): MonoTypeOperatorFunction<TailChunk> {
  const { retries = RETRIES, minDelayMs = MIN_DELAY_MS, maxDelayMs = MAX_DELAY_MS } = options
  const { scheduler = asyncScheduler, isPassing: passes = isPassing } = options
  assertCount(retries, 0, 'retries')
  assertCount(minDelayMs, 0, 'minDelayMs')
  assertCount(maxDelayMs, minDelayMs, 'maxDelayMs')
  const delayOf = (error: unknown, attempt: number): Observable<unknown> => {
    if (attempt > retries || !passes(error)) return throwError(() => error)
    const longest = Math.min(maxDelayMs, minDelayMs * 2 ** (attempt - 1))
    const delayMs = Math.floor((options.random ?? Math.random)() * longest)
    options.onRetry?.({ error, attempt, delayMs })
    options.onNotice?.({ kind: 'retry', message: describeRetry(error, delayMs) })
    return timer(delayMs, scheduler)
  }
  return (chunk$) =>
    defer(() => {
      let last: TailChunk | undefined
      return defer(() => last?.rest() ?? chunk$).pipe(
        tap((chunk) => {
          last = chunk
        }),
        retry({ delay: delayOf, resetOnSuccess: true }),
      )
    })
}

function describeRetry(error: unknown, delayMs: number): string {
  const reason = error instanceof Error ? error.message : String(error)
  return `${reason}; following on in ${(delayMs / 1000).toFixed(1)} s`
}

function assertCount(value: number, min: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= min) return
  throw new RangeError(`Cannot resume a tail: ${name} must be a whole number of ${min} or more`)
}
