import {
  asyncScheduler,
  fromEvent,
  lastValueFrom,
  takeUntil,
  timer,
  type SchedulerLike,
} from 'rxjs'

/** How {@link waitFor} waits. */
export interface WaitOptions {
  /** Ends the wait. */
  readonly signal: AbortSignal
  /** Tells time. Default: that of the process. */
  readonly scheduler?: SchedulerLike | undefined
}

/**
 * Waits by the time of a scheduler.
 *
 * @param delayMs - milliseconds
 * @throws the signal's reason, as soon as that is aborted
 */
export async function waitFor(
  delayMs: number,
  { signal, scheduler = asyncScheduler }: WaitOptions,
): Promise<void> {
  signal.throwIfAborted()
  const pause$ = timer(delayMs, scheduler).pipe(takeUntil(fromEvent(signal, 'abort')))
  await lastValueFrom(pause$, { defaultValue: 0 })
  signal.throwIfAborted()
}
