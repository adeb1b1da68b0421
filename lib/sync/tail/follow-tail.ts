import type { Observable } from 'rxjs'
import type { Source } from '../../replica/index.js'
import { followFeed } from './follow-feed.js'
import { createLogFeed } from './log-feed.js'
import type { TailChunk } from './tail-item.js'
import type { TailOptions } from './tail-options.js'

/**
 * Follows the log of a source, chunk by chunk: reads what there is, asks for more, and so on for ever.
 *
 * Cold: each subscription opens the log for itself and closes it at the end. What is emitted may be
 * held ({@link TailChunk.hold}), and no more is read until it is let go of; one chunk of the answer
 * under way has been fetched by then. Chunks without lines tell of news without markers: a position
 * that moved, a tail that has become level, where `now` is.
 *
 * Every chunk ends between two ticks, so that reading can go on behind it ({@link TailChunk.rest}).
 *
 * @returns fails with a {@link TailError} when the log cannot be followed from there, and with what
 *   the source fails with; nothing is retried, `resumeOnError` does that. Completes only with
 *   `follow: false`, when nothing is left to read
 * @throws RangeError at the call when the source has no log or an option is out of range
 */
export function followTail(source: Source, options: TailOptions): Observable<TailChunk> {
  const { address } = source
  if (source.openLog === undefined) {
    throw new RangeError(`Cannot follow ${address}: it keeps no log of changes`)
  }
  const { isGlobal, includeSystem, includeFoxxQueues, chunkBytes } = options
  const openLog = source.openLog.bind(source)
  const logOptions = { isGlobal, includeSystem, includeFoxxQueues, chunkBytes }
  return followFeed(() => createLogFeed(openLog(logOptions)), options)
}
