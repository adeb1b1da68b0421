import { ERROR_NUMBER } from '../wire/index.js'
import type { BatchClock } from './batch-keeper.js'
import type { BatchSession } from './batch-session.js'
import { DumpContext } from './dump-context.js'
import { fetchLoggerState } from './fetch-logger-state.js'
import { RemoteAnswerError, RemoteStatusError, RemoteUnreachableError } from './remote-error.js'
import { startDump, type DumpWish, type StartedDump } from './start-dump.js'

/**
 * When collections are read through `/_api/dump`, several batches at one time (decision 0009).
 *
 * - `exact`: where what it gives is certain to be what the snapshot shows
 * - `later`: also where it may show a later moment, each collection one of its own; for copies that
 *   follow the log from the snapshot on
 */
export type ParallelDumpMode = 'exact' | 'later'

/** What {@link ParallelDumps} is made of. */
export interface ParallelDumpsOptions {
  /** Undefined: none is started. */
  readonly mode: ParallelDumpMode | undefined
  readonly ttlSeconds: number
  readonly clock: BatchClock
}

/** How servers say that they know no parallel dumps. */
const LACKING_STATUSES: readonly number[] = [400, 404, 405, 501]
/** Errors about what was asked for; others of those statuses are about the asking. */
const SINGLE_ERRORS: readonly number[] = [
  ERROR_NUMBER.collectionNotFound,
  ERROR_NUMBER.cursorNotFound,
  ERROR_NUMBER.databaseNotFound,
]

/** Starts the parallel dumps of one server, and learns whether it has any. */
export class ParallelDumps {
  readonly #options: ParallelDumpsOptions
  #isLacking = false
  /** Batches from which the log has moved on: a context of its own snapshot shows later things. */
  readonly #outdated = new WeakSet<object>()

  constructor(options: ParallelDumpsOptions) {
    this.#options = options
  }

  /**
   * Starts the dump of a collection.
   *
   * @returns undefined where it has to be read the plain way, which tells what is wrong if anything is
   * @throws RemoteError when the server cannot be reached
   */
  async start(
    session: BatchSession,
    wish: DumpWish,
    signal: AbortSignal | undefined,
  ): Promise<DumpContext | undefined> {
    const { mode, ttlSeconds, clock } = this.#options
    if (mode === undefined || this.#isLacking || this.#outdated.has(session.opened))
      return undefined
    const started = await this.#startOnce(session, wish, signal)
    if (started === undefined) return undefined
    const context = new DumpContext({ session, id: started.id, ttlSeconds, clock, wish })
    if (started.isOfBatch || mode === 'later') return context
    let isSame = false
    try {
      isSame = await hasSameTick(session, signal)
    } finally {
      if (!isSame) await context.close()
    }
    if (isSame) return context
    this.#outdated.add(session.opened)
    return undefined
  }

  /** A start whose answer is lost is tried once more; the context of the first ends with its ttl. */
  async #startOnce(
    session: BatchSession,
    wish: DumpWish,
    signal: AbortSignal | undefined,
  ): Promise<StartedDump | undefined> {
    const start = (): Promise<StartedDump> =>
      startDump(session, wish, this.#options.ttlSeconds, signal)
    try {
      return await start().catch((error: unknown) => {
        if (!(error instanceof RemoteUnreachableError) || !error.failure.isPassing) throw error
        session.connection.tellRetry(error)
        return start()
      })
    } catch (error) {
      this.#isLacking = tellsLacking(error)
      if (error instanceof RemoteStatusError || error instanceof RemoteAnswerError) return undefined
      throw error
    }
  }
}

function tellsLacking(error: unknown): boolean {
  if (error instanceof RemoteAnswerError) return true
  if (!(error instanceof RemoteStatusError)) return false
  return LACKING_STATUSES.includes(error.status) && !SINGLE_ERRORS.includes(error.errorNum)
}

/** Tells whether nothing was written on the server since the batch was opened; false if unsure. */
async function hasSameTick(
  { connection, clientId, opened }: BatchSession,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const { state } = await fetchLoggerState(connection, { serverId: clientId }, signal)
    return state.state.lastLogTick === opened.batch.lastTick
  } catch (error) {
    if (error instanceof RemoteStatusError) return false
    throw error
  }
}
