import { setTimeout as delay } from 'node:timers/promises'
import {
  formatAddress,
  parseAddress,
  type CopyOrigin,
  type GlobalTarget,
  type OperationOptions,
  type RemoteAddress,
  type ReplicaNotice,
  type Snapshot,
  type Target,
  type TargetCopy,
} from '../replica/index.js'
import { ERROR_NUMBER, type CollectionDefinition, type JsonObject } from '../wire/index.js'
import { SYSTEM_CLOCK } from './batch-keeper.js'
import { BatchSessions } from './batch-sessions.js'
import { checkLeader } from './check-leader.js'
import { fetchLoggerState } from './fetch-logger-state.js'
import { makeClientId } from './log-client.js'
import { batchTtlOf, CLOSE_MS_MAX, SYSTEM_DATABASE, type RemoteOptions } from './open-remote.js'
import { RemoteConnection } from './remote-connection.js'
import {
  RemoteDatabaseMissingError,
  RemoteIncompatibleError,
  RemoteStatusError,
} from './remote-error.js'
import { RemoteGlobalTarget } from './remote-global-target.js'
import { RemoteTargetCopy } from './remote-target-copy.js'
import { fitsDefinition } from './target-definition.js'
import { ask, type TargetPlace } from './target-place.js'
import { openTargetSnapshot } from './target-snapshot.js'

/** How a server is written to. */
export interface RemoteTargetOptions extends RemoteOptions {
  /** Make the database when it is missing. Default: false. */
  readonly createDatabase?: boolean | undefined
  /**
   * How a collection of a cluster is spread, where that is not left to the server: properties such as
   * `numberOfShards`, by name of the collection. What its definition says of it is not sent.
   */
  readonly shardingOf?: ((collection: string) => JsonObject) | undefined
  /** Ends every request, of writing too. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a target of a database on an ArangoDB or tidemark server. Nothing is sent before a copy is
 * begun. The server has no place for the mark of a copy that is not complete.
 *
 * @throws RangeError when an option is out of range
 */
export function openRemoteTarget(
  address: RemoteAddress,
  options: RemoteTargetOptions = {},
): Target {
  return new RemoteTarget(address, options, batchTtlOf(options))
}

class RemoteTarget implements Target {
  readonly address: string
  readonly database: string
  readonly keepsMark = false
  readonly #remote: RemoteAddress
  readonly #options: RemoteTargetOptions
  readonly #connection: RemoteConnection
  readonly #clientId = makeClientId()
  readonly #sessions: BatchSessions
  /** What was opened for all databases, closed with this. */
  readonly #parts: { close(): Promise<void> }[] = []

  constructor(address: RemoteAddress, options: RemoteTargetOptions, ttlSeconds: number) {
    this.#remote = address
    this.#options = options
    this.#connection = this.#connect(address.database)
    const client = { clientId: this.#clientId, ttlSeconds }
    this.#sessions = new BatchSessions(this.#connection, client, options.clock ?? SYSTEM_CLOCK)
    this.address = formatAddress(address)
    this.database = address.database
  }

  onNotice: (notice: ReplicaNotice) => void = () => undefined

  /**
   * Makes sure that the database is there and can be written to.
   *
   * @throws RemoteIncompatibleError 1405 when it is the source itself, 1403 for a server of another
   *   major version; RemoteStatusError 1228 when there is no such database
   */
  async beginCopy(origin: CopyOrigin): Promise<TargetCopy> {
    const { signal, shardingOf } = this.#options
    const serverId = await this.#findServer()
    if (serverId === origin.serverId && databaseOf(origin) === this.database) {
      const task = { task: 'begin a copy', address: this.address }
      const reason = 'source and target are the same database of the same server'
      throw new RemoteIncompatibleError(task, reason, ERROR_NUMBER.loop)
    }
    return new RemoteTargetCopy(
      { connection: this.#connection, signal, shardingOf },
      this.#sessions,
    )
  }

  unfinishedCopy(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  async openSnapshot({ signal = this.#options.signal }: OperationOptions = {}): Promise<Snapshot> {
    return openTargetSnapshot(await this.#sessions.open(signal))
  }

  openGlobal(): Promise<GlobalTarget> {
    if (this.database !== SYSTEM_DATABASE) {
      const reason = `that is done through "${SYSTEM_DATABASE}" only`
      const message = `Cannot write all databases of ${this.address}: ${reason}`
      return Promise.reject(new RangeError(message))
    }
    const { signal } = this.#options
    const placeOf = (database: string): TargetPlace => {
      return { connection: this.#part(this.#connect(database)), signal }
    }
    const open = (database: string): Target => this.#part(this.#openOther(database))
    return Promise.resolve(new RemoteGlobalTarget({ placeOf, open }))
  }

  fitsDefinition(there: CollectionDefinition, wanted: CollectionDefinition): boolean {
    return fitsDefinition(there, wanted)
  }

  /** Deletes the batches that are still open, then ends every request. */
  async close(): Promise<void> {
    const late = new AbortController()
    const limit = delay(CLOSE_MS_MAX, undefined, { signal: late.signal }).catch(() => undefined)
    await Promise.race([this.#sessions.close(), limit])
    late.abort()
    for (const part of this.#parts) await part.close()
    await this.#connection.close()
  }

  /** @returns the id of the server, which then has the database */
  async #findServer(): Promise<string> {
    const task = { task: 'begin a copy', address: this.address }
    const read = async (): Promise<string> => {
      const query = { serverId: this.#clientId }
      const { state } = await fetchLoggerState(this.#connection, query, this.#options.signal)
      checkLeader(state, this.#clientId, task)
      return state.server.serverId
    }
    try {
      return await read()
    } catch (error) {
      if (!isAboutDatabase(error)) throw error
      if (this.#options.createDatabase !== true) {
        const reason = `the server has no database "${this.database}"; it has to be made first`
        throw new RemoteDatabaseMissingError(task, error, reason, { cause: error })
      }
      await this.#createDatabase()
      return read()
    }
  }

  async #createDatabase(): Promise<void> {
    const connection = this.#connect(SYSTEM_DATABASE)
    const task = `make database "${this.database}"`
    const body = JSON.stringify({ name: this.database })
    const request = { task, method: 'POST', path: '/_api/database', body } as const
    try {
      await ask({ connection, signal: this.#options.signal }, request)
    } catch (error) {
      // Made by a request whose answer was lost, or by somebody else meanwhile.
      const isThere =
        error instanceof RemoteStatusError && error.errorNum === ERROR_NUMBER.duplicateName
      if (!isThere) throw error
    } finally {
      await connection.close()
    }
  }

  #openOther(database: string): Target {
    const address = { ...this.#remote, database }
    const target = openRemoteTarget(address, { ...this.#options, createDatabase: true })
    target.onNotice = (notice) => {
      this.onNotice(notice)
    }
    return target
  }

  #part<Part extends { close(): Promise<void> }>(part: Part): Part {
    this.#parts.push(part)
    return part
  }

  #connect(database: string): RemoteConnection {
    const onNotice = (notice: ReplicaNotice): void => {
      this.onNotice(notice)
    }
    return new RemoteConnection({ ...this.#remote, database }, { ...this.#options, onNotice })
  }
}

function databaseOf({ address }: CopyOrigin): string | undefined {
  const source = parseAddress(address)
  return source.kind === 'directory' ? undefined : source.database
}

function isAboutDatabase(error: unknown): error is RemoteStatusError {
  return error instanceof RemoteStatusError && error.errorNum === ERROR_NUMBER.databaseNotFound
}
