import { FOLLOW_CHUNK_BYTES } from '../core/index.js'
import type {
  ChangeLog,
  ChangeLogOptions,
  ChangeLogState,
  CloseLogOptions,
  LogAnswer,
  LoggedCollection,
  LogRequest,
  OperationOptions,
} from '../replica/index.js'
import type { BatchSessions } from './batch-sessions.js'
import { checkLeader } from './check-leader.js'
import { fetchFirstTick } from './fetch-first-tick.js'
import { fetchLoggedCollections } from './fetch-logged-collections.js'
import { fetchLoggerState, LOGGER_STATE_TASK } from './fetch-logger-state.js'
import { fetchTail, TAIL_PATH } from './fetch-tail.js'
import type { LogClient } from './log-client.js'
import type { RemoteConnection } from './remote-connection.js'

/** What a {@link RemoteLog} is made of. */
export interface RemoteLogOptions extends ChangeLogOptions {
  readonly connection: RemoteConnection
  /** Opens the batch that an inventory needs. */
  readonly sessions: BatchSessions
  /** Name of the database that the connection asks. */
  readonly database: string
  /** Who reads it. */
  readonly client: LogClient
  /** @param keepsPlace - the server still knows {@link client} */
  readonly onClose: (keepsPlace: boolean) => void
}

/** The longest wait that is asked for, well below the silence after which a request is given up. */
const WAIT_MS_MAX = 240_000
const SIGN_OFF_MS_MAX = 5000

/** The log of a server, over HTTP. */
export class RemoteLog implements ChangeLog {
  readonly address: string
  readonly database: string | undefined
  readonly #options: RemoteLogOptions
  readonly #client: LogClient
  readonly #chunkBytes: number
  /** True once a tidemark leader has answered: others do not know what waiting is. */
  #canWait = false
  /** Sockets that were opened when the server last said who it is; undefined before. */
  #knownConnects: number | undefined
  #hasAsked = false
  #hasToldPartial = false
  #closing: Promise<void> | undefined

  constructor(options: RemoteLogOptions) {
    const { connection, client, database, isGlobal, chunkBytes } = options
    this.address = connection.address
    this.database = isGlobal === true ? undefined : database
    this.#options = options
    this.#client = client
    this.#chunkBytes = chunkBytes ?? FOLLOW_CHUNK_BYTES
  }

  async state({ signal }: OperationOptions = {}): Promise<ChangeLogState> {
    this.#assertOpen()
    const { connection } = this.#options
    const { state, isTidemark } = await this.#identify(signal)
    const firstTick = await fetchFirstTick(connection, isTidemark, this.#client, signal)
    return {
      serverId: state.server.serverId,
      version: state.server.version,
      firstTick,
      lastTick: state.state.lastLogTick,
      canWait: isTidemark,
    }
  }

  async collections({ signal }: OperationOptions = {}): Promise<readonly LoggedCollection[]> {
    this.#assertOpen()
    const { sessions, database, isGlobal = false } = this.#options
    const session = await sessions.open(signal)
    try {
      const found = await fetchLoggedCollections(session, database, isGlobal, signal)
      if (found.isPartial) this.#tellPartial()
      return found.collections
    } finally {
      await session.close()
    }
  }

  async read(
    { from, lastScanned, waitMs = 0 }: LogRequest,
    { signal }: OperationOptions = {},
  ): Promise<LogAnswer> {
    this.#assertOpen()
    signal?.throwIfAborted()
    const { connection, isGlobal = false, includeSystem, includeFoxxQueues } = this.#options
    this.#hasAsked = true
    const { isTidemark, ...answer } = await fetchTail(connection, {
      from,
      lastScanned,
      waitMs: this.#canWait ? Math.min(waitMs, WAIT_MS_MAX) : 0,
      query: {
        ...this.#client,
        ...(isGlobal ? { global: 'true' } : {}),
        includeSystem: `${includeSystem ?? false}`,
        includeFoxxQueues: `${includeFoxxQueues ?? false}`,
        chunkSize: `${this.#chunkBytes}`,
      },
      chunkBytes: this.#chunkBytes,
      signal,
    })
    this.#canWait = isTidemark
    return this.#verify(answer, signal)
  }

  /** Adds to an answer whose it is, where that may have changed. */
  async #verify(answer: LogAnswer, signal: AbortSignal | undefined): Promise<LogAnswer> {
    try {
      const serverId = await this.#findChange(signal)
      return serverId === undefined ? answer : { ...answer, serverId }
    } catch (error) {
      await answer.chunks[Symbol.asyncIterator]().return?.()
      throw error
    }
  }

  /** Asks the server who it is. */
  async #identify(signal: AbortSignal | undefined) {
    const { connection } = this.#options
    const { state, isTidemark } = await fetchLoggerState(connection, this.#client, signal)
    this.#canWait = isTidemark
    const task = { task: LOGGER_STATE_TASK, address: this.address }
    checkLeader(state, this.#client.serverId, task)
    this.#knownConnects = connection.connects
    return { state, isTidemark }
  }

  /**
   * A server that was replaced is not told from one that was restarted by its answers, nor by any
   * failure where requests are repeated: so it is asked again once a socket was opened.
   *
   * @returns undefined where no socket was, or nobody asked who it is before
   */
  async #findChange(signal: AbortSignal | undefined): Promise<string | undefined> {
    const known = this.#knownConnects
    if (known === undefined || known === this.#options.connection.connects) return undefined
    return (await this.#identify(signal)).state.server.serverId
  }

  close({ keepsPlace = false }: CloseLogOptions = {}): Promise<void> {
    this.#closing ??= keepsPlace ? this.#leave() : this.#signOff()
    return this.#closing
  }

  #leave(): Promise<void> {
    this.#options.onClose(true)
    return Promise.resolve()
  }

  /** Followers ignore what comes of it: a leader that hears nothing forgets them by itself. */
  async #signOff(): Promise<void> {
    const { connection, onClose } = this.#options
    try {
      if (!this.#hasAsked) return
      await connection.exchange(
        {
          task: 'sign off from the log',
          method: 'DELETE',
          path: TAIL_PATH,
          query: this.#client,
          repeat: 'never',
          signal: AbortSignal.timeout(SIGN_OFF_MS_MAX),
        },
        (answer) => answer.finish(),
      )
    } catch {
      // See above.
    } finally {
      onClose(false)
    }
  }

  #tellPartial(): void {
    if (this.#hasToldPartial) return
    this.#hasToldPartial = true
    const { connection, database } = this.#options
    const reason = `the server ${this.address} does not tell the collections of all databases`
    const effect = `those outside "${database}" have no names until the log speaks of them`
    connection.onNotice({ kind: 'warning', message: `${reason}; ${effect}` })
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new TypeError('Cannot read a log: it is closed')
  }
}
