import { defer, from, map, type Observable } from 'rxjs'
import type {
  ChangeLog,
  ChangeLogState,
  LoggedCollection,
  LogRequest,
} from '../../replica/index.js'
import type { MarkerChunk } from '../../streams/index.js'
import { LogReader } from './log-reader.js'
import type { LogHead } from './tail-cursor.js'

/** An answer whose chunks are pulled. */
export interface FeedAnswer {
  readonly head: LogHead
  /** Gives the next chunk; undefined behind the last one. */
  next(): Observable<MarkerChunk | undefined>
}

/**
 * A {@link ChangeLog} for one subscription, of Observables that give one value each: a promise is
 * never in time, but what a tail does in a day has to be tested in a moment.
 */
export interface LogFeed {
  readonly address: string
  readonly database: string | undefined
  state(): Observable<ChangeLogState>
  collections(): Observable<readonly LoggedCollection[]>
  read(request: LogRequest): Observable<FeedAnswer>
  /**
   * Ends what is under way.
   *
   * @param isOver - tells the leader that nobody is going to read on
   */
  close(isOver: boolean): Observable<void>
}

/** Makes a feed of a log. */
export function createLogFeed(log: ChangeLog): LogFeed {
  const controller = new AbortController()
  const { signal } = controller
  const reader = new LogReader(log, signal)
  const closeLog = async (isOver: boolean): Promise<void> => {
    controller.abort()
    await reader.close()
    // A follower that is going to read on wants its log to be kept.
    await log.close({ keepsPlace: !isOver })
  }
  return {
    address: log.address,
    database: log.database,
    state: () => defer(() => from(log.state({ signal }))),
    collections: () => defer(() => from(log.collections({ signal }))),
    read: (request) =>
      defer(() => from(reader.read(request))).pipe(
        map((answer) => ({ head: answer.head, next: () => defer(() => from(answer.next())) })),
      ),
    close: (isOver) => defer(() => from(closeLog(isOver))),
  }
}
