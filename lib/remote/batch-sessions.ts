import { once } from 'node:events'
import type { BatchClock } from './batch-keeper.js'
import { beginBatchSession, type BatchSession } from './batch-session.js'
import { openBatch, type BatchClient } from './open-batch.js'
import type { RemoteConnection } from './remote-connection.js'

/** Opens the batches of one client, and knows which of them are still open. */
export class BatchSessions {
  readonly #connection: RemoteConnection
  readonly #client: BatchClient
  readonly #clock: BatchClock
  readonly #openings = new Set<Promise<BatchSession>>()
  readonly #sessions = new Set<BatchSession>()

  constructor(connection: RemoteConnection, client: BatchClient, clock: BatchClock) {
    this.#connection = connection
    this.#client = client
    this.#clock = clock
  }

  /**
   * Opens a batch; an abort is heeded at once, and a batch that comes after it is deleted again.
   *
   * @throws RemoteError when there is no usable batch
   */
  async open(signal: AbortSignal | undefined): Promise<BatchSession> {
    signal?.throwIfAborted()
    const opening = this.#open(signal)
    this.#openings.add(opening)
    try {
      return await orAborted(opening, signal)
    } catch (error) {
      opening.then((session) => session.close()).catch(() => undefined)
      throw error
    } finally {
      const forget = (): unknown => this.#openings.delete(opening)
      opening.then(forget, forget)
    }
  }

  /** Deletes the batches that are open, and those on their way. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#openings)
    await Promise.all([...this.#sessions].map((session) => session.close()))
  }

  async #open(signal: AbortSignal | undefined): Promise<BatchSession> {
    const opened = await openBatch(this.#connection, this.#client, signal)
    const session = beginBatchSession(this.#connection, this.#client, opened, this.#clock, () =>
      this.#sessions.delete(session),
    )
    this.#sessions.add(session)
    return session
  }
}

/** The promise, or the abort if that comes first. */
async function orAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise
  const settled = new AbortController()
  const aborted = once(signal, 'abort', { signal: settled.signal }).then(() => {
    signal.throwIfAborted()
  })
  try {
    await Promise.race([promise, aborted])
    return await promise
  } finally {
    aborted.catch(() => undefined)
    settled.abort()
  }
}
