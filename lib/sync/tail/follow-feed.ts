import { Observable, Subscription } from 'rxjs'
import type { LogFeed } from './log-feed.js'
import { repeatSteps } from './repeat-steps.js'
import { TailError } from './tail-error.js'
import type { TailChunk } from './tail-item.js'
import { type TailOptions } from './tail-options.js'
import { readTailTimes, type TailTimes } from './tail-times.js'
import { TailSession, type TailPlace } from './tail-session.js'

/**
 * As `followTail`, of a feed.
 *
 * @param open - called at each subscription
 */
export function followFeed(open: () => LogFeed, options: TailOptions): Observable<TailChunk> {
  const times = readTailTimes(options)
  return followFrom(open, options, times, undefined)
}

function followFrom(
  open: () => LogFeed,
  options: TailOptions,
  times: TailTimes,
  place: TailPlace | undefined,
): Observable<TailChunk> {
  const resume = (from: TailPlace): Observable<TailChunk> => followFrom(open, options, times, from)
  return new Observable((subscriber) => {
    const { signal, keepsLog = false } = options
    if (signal?.aborted === true) {
      subscriber.error(signal.reason)
      return undefined
    }
    const feed = open()
    const session = new TailSession(feed, { options, times, place, resume })
    const steps = new Subscription()
    let isClosed = false
    const close = (isOver: boolean, then: () => void): void => {
      if (isClosed) return
      isClosed = true
      steps.unsubscribe()
      // A leader that cannot be told finds out by itself: the outcome is of no account.
      feed.close(isOver).subscribe({ error: then, complete: then })
    }
    const fail = (error: unknown): void => {
      // After a broken connection the tail is likely to be taken up again.
      close(error instanceof TailError, () => {
        subscriber.error(error)
      })
    }
    const onAbort = (): void => {
      close(!keepsLog, () => {
        subscriber.error(signal?.reason)
      })
    }
    signal?.addEventListener('abort', onAbort)
    subscriber.add(() => {
      signal?.removeEventListener('abort', onAbort)
      close(!keepsLog, () => undefined)
    })
    const steps$ = repeatSteps(() => (isClosed ? undefined : session.step()))
    steps.add(
      steps$.subscribe({
        next: (chunk) => {
          subscriber.next(chunk)
        },
        error: fail,
        complete: () => {
          close(!keepsLog, () => {
            subscriber.complete()
          })
        },
      }),
    )
    return undefined
  })
}
