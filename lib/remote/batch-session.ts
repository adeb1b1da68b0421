import { ERROR_NUMBER } from '../wire/index.js'
import { BatchKeeper, type BatchClock } from './batch-keeper.js'
import { deleteBatch, extendBatch, type BatchClient, type OpenBatch } from './open-batch.js'
import type { RemoteConnection } from './remote-connection.js'
import { RemoteStatusError, type Refusal, type RemoteTask } from './remote-error.js'

const NOT_FOUND = 404
const INTERNAL = 500
const NO_WORDS = { errorNum: ERROR_NUMBER.cursorNotFound, errorMessage: '' } as const
const GONE = 'the batch is gone: it expired, or the server was started anew'

/** What a session holds. */
interface BatchSessionParts {
  readonly connection: RemoteConnection
  readonly client: BatchClient
  readonly opened: OpenBatch
  readonly keeper: BatchKeeper
  /** Ends the batch. */
  readonly end: () => Promise<void>
}

/** Takes a batch into use: from now on it is kept alive, and its session deletes it. */
export function beginBatchSession(
  connection: RemoteConnection,
  client: BatchClient,
  opened: OpenBatch,
  clock: BatchClock,
  onClose: () => void,
): BatchSession {
  const keeper = new BatchKeeper({
    ttlSeconds: client.ttlSeconds,
    clock,
    extend: () => extendBatch(connection, opened.batch.id, client),
    onFailure: (error) => {
      const message = error instanceof Error ? error.message : String(error)
      connection.onNotice({ kind: 'warning', message })
    },
  })
  const end = async (): Promise<void> => {
    await Promise.all([keeper.stop(), deleteBatch(connection, opened.batch.id, client)])
    onClose()
  }
  return new BatchSession({ connection, client, opened, keeper, end })
}

/** A batch in use: what reads it goes through here, and it lives until it is closed. */
export class BatchSession {
  readonly connection: RemoteConnection
  readonly opened: OpenBatch
  readonly clientId: string
  readonly #parts: BatchSessionParts
  #closing: Promise<void> | undefined

  constructor(parts: BatchSessionParts) {
    this.connection = parts.connection
    this.opened = parts.opened
    this.clientId = parts.client.clientId
    this.#parts = parts
  }

  /**
   * The same batch, read in another database of the server: a batch is known in all of them (server
   * notes, 2). Closing that session leaves the batch to this one.
   */
  within(connection: RemoteConnection): BatchSession {
    return new BatchSession({ ...this.#parts, connection, end: () => Promise.resolve() })
  }

  /** Asks the server whether it still knows the batch; true as well when it cannot be told. */
  isKnown(): Promise<boolean> {
    return this.#parts.keeper.isKnown()
  }

  /** The parameters that every reading request has. */
  get query(): { readonly serverId: string; readonly batchId: string } {
    return { serverId: this.clientId, batchId: this.opened.batch.id }
  }

  /** @throws TypeError once the session was closed */
  assertOpen(): void {
    if (this.#closing !== undefined) throw new TypeError('Cannot read a snapshot: it is closed')
  }

  /**
   * Runs a request that reads the batch, and prolongs the batch first if it is time.
   *
   * @throws RemoteError of the request; one that says so when the server does not know the batch
   */
  async use<Result>(task: string, request: () => Promise<Result>): Promise<Result> {
    const place = { task, address: this.connection.address }
    this.assertOpen()
    await this.#parts.keeper.refresh()
    if (this.#parts.keeper.isGone) throw goneError(place, { status: NOT_FOUND, ...NO_WORDS })
    try {
      return await request()
    } catch (error) {
      if (!isAboutBatch(error) && !(await this.#hasLostBatch(error))) throw error
      throw goneError(place, error as RemoteStatusError, { cause: error })
    }
  }

  /** Deletes the batch, whatever happened before. Does not fail. */
  close(): Promise<void> {
    this.#closing ??= this.#parts.end()
    return this.#closing
  }

  /**
   * ArangoDB says of an unknown batch that something inside it went wrong where it is asked for
   * revisions (server notes, section 5), so whether that was the reason has to be asked.
   */
  async #hasLostBatch(error: unknown): Promise<boolean> {
    if (!(error instanceof RemoteStatusError) || error.status !== INTERNAL) return false
    return !(await this.isKnown())
  }
}

/** A 404 is either about the collection, which it then says by its number, or about the batch. */
function isAboutBatch(error: unknown): error is RemoteStatusError {
  return (
    error instanceof RemoteStatusError &&
    error.status === NOT_FOUND &&
    error.errorNum !== ERROR_NUMBER.collectionNotFound &&
    error.errorNum !== ERROR_NUMBER.databaseNotFound
  )
}

function goneError(
  task: RemoteTask,
  { status, errorNum, errorMessage }: Refusal,
  options?: ErrorOptions,
): RemoteStatusError {
  return new RemoteStatusError(task, { status, errorNum, errorMessage }, GONE, options)
}
