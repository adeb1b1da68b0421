import type { StoreDatabase } from '../../store/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import type { LeaderLimits } from '../leader-limits.js'
import { limitReached, RequestError, shuttingDown } from '../request-error.js'
import { createMaySyncFrom, SYNC_FROM_DEFAULT, type MaySyncFrom } from './sync-permit.js'

/** What {@link Syncs} is made of. */
export interface SyncsOptions {
  /** Hosts that may be read, each as `HOST` or `HOST:PORT`. Default: those on loopback. */
  readonly syncFrom?: readonly string[] | undefined
  readonly limits: Pick<LeaderLimits, 'syncsMax' | 'syncRetryDelayMs'>
}

/** The synchronisations from other servers that are under way: one for each database, and few in all. */
export class Syncs {
  readonly maySyncFrom: MaySyncFrom
  readonly retryDelayMs: number
  readonly #countMax: number
  readonly #closing = new AbortController()
  /** By ids of databases. */
  readonly #running = new Map<number, Promise<unknown>>()

  /** @throws RangeError when a host is not of its form */
  constructor({ syncFrom = SYNC_FROM_DEFAULT, limits }: SyncsOptions) {
    this.maySyncFrom = createMaySyncFrom(syncFrom)
    this.retryDelayMs = limits.syncRetryDelayMs
    this.#countMax = limits.syncsMax
  }

  /**
   * Runs one into a database.
   *
   * @param work - gets a signal that is aborted when nobody waits for it any more, or the leader closes
   * @throws RequestError 409 with errorNum 1411 when one is under way there, 503 with 32 when as many
   *   are as may, with 30 when the leader closes
   */
  async run<Result>(
    { id, name }: StoreDatabase,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    this.#closing.signal.throwIfAborted()
    if (this.#running.has(id)) {
      const message = `a synchronisation of database "${name}" is running`
      throw new RequestError(409, ERROR_NUMBER.applierRunning, message)
    }
    if (this.#running.size >= this.#countMax) throw limitReached('synchronisations')
    const running = work(AbortSignal.any([signal, this.#closing.signal]))
    this.#running.set(id, running)
    try {
      return await running
    } finally {
      this.#running.delete(id)
    }
  }

  /** Whether one is under way into a database, or into any. */
  isRunning(database: StoreDatabase | undefined): boolean {
    return database === undefined ? this.#running.size > 0 : this.#running.has(database.id)
  }

  /** Ends all of them, lets nobody begin another, and resolves when they have ended. */
  async close(): Promise<void> {
    this.#closing.abort(shuttingDown())
    await Promise.allSettled(this.#running.values())
  }
}
