import { setTimeout as delay } from 'node:timers/promises'
import { FOLLOW_CHUNK_BYTES } from '../core/index.js'
import type {
  ChangeLog,
  ChangeLogOptions,
  GlobalSnapshot,
  OperationOptions,
  RemoteAddress,
  ReplicaNotice,
  Snapshot,
  Source,
} from '../replica/index.js'
import { SYSTEM_CLOCK, type BatchClock } from './batch-keeper.js'
import { BatchSessions } from './batch-sessions.js'
import type { RemoteCredentials } from './credentials.js'
import { createLogClient, makeClientId, type LogClient } from './log-client.js'
import { openRemoteGlobalSnapshot, type ConnectTo } from './remote-global-snapshot.js'
import { RemoteConnection, type ConnectOptions, type RetryOptions } from './remote-connection.js'
import { ParallelDumps, type ParallelDumpMode } from './parallel-dumps.js'
import { RemoteLog } from './remote-log.js'
import { RemoteSnapshot } from './remote-snapshot.js'

/** How a server is read. */
export interface RemoteOptions extends RemoteCredentials, RetryOptions, ConnectOptions {
  /** Seconds that the server keeps a snapshot without hearing of it. Default: 600. */
  readonly batchTtlSeconds?: number | undefined
  /**
   * Id of the server of a cluster that is read: a coordinator forwards batches, inventories and dumps
   * to it, and answers nothing without. Single servers do not look at it.
   */
  readonly dbServer?: string | undefined
  /**
   * Whether collections are dumped through `/_api/dump` where the server has it: several batches at
   * one time, of which one that was lost can be asked for again. Default: never.
   */
  readonly parallelDump?: ParallelDumpMode | undefined
  /** What batches are kept alive by. Default: the machine's clock. */
  readonly clock?: BatchClock | undefined
}

/** As arangodump has it (client notes, 4.2). */
const BATCH_TTL_SECONDS = 600
/** How long closing waits for batches to be deleted and logs to be signed off from. */
export const CLOSE_MS_MAX = 5000
/** The only database through which a server shows the log of all. */
export const SYSTEM_DATABASE = '_system'

/**
 * Makes a source of a database on an ArangoDB or tidemark server. Nothing is sent before the first
 * snapshot is opened.
 *
 * @throws RangeError when an option is out of range
 */
export function openRemote(address: RemoteAddress, options: RemoteOptions = {}): Source {
  return new RemoteSource(address, options, batchTtlOf(options))
}

/** @throws RangeError when it is out of range */
export function batchTtlOf({ batchTtlSeconds = BATCH_TTL_SECONDS }: RemoteOptions): number {
  if (Number.isSafeInteger(batchTtlSeconds) && batchTtlSeconds >= 1) return batchTtlSeconds
  throw new RangeError('Cannot open a server: batchTtlSeconds must be a positive integer')
}

class RemoteSource implements Source {
  readonly address: string
  readonly database: string
  readonly #connection: RemoteConnection
  readonly #clientId = makeClientId()
  readonly #sessions: BatchSessions
  /** Makes a connection to another database of the server. */
  readonly #connectTo: ConnectTo
  readonly #dumps: ParallelDumps
  readonly #logs = new Set<ChangeLog>()
  /** Known to the server from logs that somebody is going to read on. */
  readonly #logClients: LogClient[] = []

  constructor(address: RemoteAddress, options: RemoteOptions, ttlSeconds: number) {
    const { clock = SYSTEM_CLOCK } = options
    const onNotice = (notice: ReplicaNotice): void => {
      this.onNotice(notice)
    }
    this.#connection = new RemoteConnection(address, { ...options, onNotice })
    const client = { clientId: this.#clientId, ttlSeconds }
    this.#sessions = new BatchSessions(this.#connection, client, clock)
    this.#connectTo = (database, onNotice) => {
      const connection = new RemoteConnection({ ...address, database }, { ...options, onNotice })
      return { connection, sessions: new BatchSessions(connection, client, clock) }
    }
    // Behind a coordinator, the shards of a collection would have to be named.
    const mode = options.dbServer === undefined ? options.parallelDump : undefined
    this.#dumps = new ParallelDumps({ mode, ttlSeconds, clock })
    this.address = this.#connection.address
    this.database = address.database
  }

  onNotice: (notice: ReplicaNotice) => void = () => undefined

  /** @throws RemoteError when there is no usable batch; its class tells why */
  async openSnapshot({ signal }: OperationOptions = {}): Promise<Snapshot> {
    return new RemoteSnapshot(await this.#sessions.open(signal), this.#dumps)
  }

  async openGlobalSnapshot({ signal }: OperationOptions = {}): Promise<GlobalSnapshot> {
    if (this.database !== SYSTEM_DATABASE) {
      const reason = `that has to be asked of ${SYSTEM_DATABASE}, not of "${this.database}"`
      throw new RangeError(`Cannot read all databases of a server: ${reason}`)
    }
    const server = { connectTo: this.#connectTo, dumps: this.#dumps }
    return openRemoteGlobalSnapshot(await this.#sessions.open(signal), server, signal)
  }

  openLog(options: ChangeLogOptions = {}): ChangeLog {
    const { isGlobal = false, chunkBytes = FOLLOW_CHUNK_BYTES } = options
    if (isGlobal && this.database !== SYSTEM_DATABASE) {
      const message = `it has to be asked of ${SYSTEM_DATABASE}, not of "${this.database}"`
      throw new RangeError(`Cannot open the log of all databases: ${message}`)
    }
    if (!Number.isSafeInteger(chunkBytes) || chunkBytes < 1) {
      throw new RangeError('Cannot open a log: chunkBytes must be a positive integer')
    }
    // Taken up again: the server would keep its log for each one that it does not hear of any more.
    const client = this.#logClients.pop() ?? createLogClient(this.#clientId)
    const log: ChangeLog = new RemoteLog({
      ...options,
      connection: this.#connection,
      sessions: this.#sessions,
      database: this.database,
      client,
      onClose: (keepsPlace) => {
        this.#logs.delete(log)
        if (keepsPlace) this.#logClients.push(client)
      },
    })
    this.#logs.add(log)
    return log
  }

  /** Deletes the batches that are still open, signs off from logs, then ends every request. */
  async close(): Promise<void> {
    const late = new AbortController()
    const limit = delay(CLOSE_MS_MAX, undefined, { signal: late.signal }).catch(() => undefined)
    const logs = [...this.#logs].map((log) => log.close())
    await Promise.race([Promise.all([this.#sessions.close(), ...logs]), limit])
    late.abort()
    await this.#connection.close()
  }
}
