import type {
  GlobalSnapshot,
  OperationOptions,
  ReplicaNotice,
  ReplicaThing,
  Snapshot,
  Source,
} from '../replica/index.js'
import { ERROR_NUMBER } from '../wire/index.js'
import type { Tick } from '../values/index.js'
import type { BatchSession } from './batch-session.js'
import type { BatchSessions } from './batch-sessions.js'
import { fetchDatabases } from './fetch-databases.js'
import { fetchInventory } from './fetch-inventory.js'
import { lacksThing } from './lacks-thing.js'
import type { RemoteConnection } from './remote-connection.js'
import type { ParallelDumps } from './parallel-dumps.js'
import { RemoteStatusError } from './remote-error.js'
import { RemoteSnapshot } from './remote-snapshot.js'

/** A database of a server that is read in a batch of another one. */
interface ConnectedDatabase {
  readonly connection: RemoteConnection
  /** Batches of the database itself. */
  readonly sessions: BatchSessions
}

/** Makes a connection to a database of the same server. */
export type ConnectTo = (
  database: string,
  onNotice: (notice: ReplicaNotice) => void,
) => ConnectedDatabase

/** What all databases of a server have in common. */
interface GlobalServer {
  readonly connectTo: ConnectTo
  readonly dumps: ParallelDumps
}

/**
 * Reads all databases of a server in one batch.
 *
 * @param session - of `_system`; deleted when it is of no use, else with the snapshot
 * @throws RemoteError when the server does not tell its databases
 */
export async function openRemoteGlobalSnapshot(
  session: BatchSession,
  server: GlobalServer,
  signal: AbortSignal | undefined,
): Promise<GlobalSnapshot> {
  try {
    return new RemoteGlobalSnapshot(session, server, await fetchDatabases(session, signal))
  } catch (error) {
    await session.close()
    throw error
  }
}

class RemoteGlobalSnapshot implements GlobalSnapshot {
  readonly tick: Tick
  readonly serverId: string
  readonly databases: readonly string[]
  readonly #session: BatchSession
  readonly #server: GlobalServer

  constructor(session: BatchSession, server: GlobalServer, databases: readonly string[]) {
    this.tick = session.opened.batch.lastTick
    this.serverId = session.opened.serverId
    this.databases = databases
    this.#session = session
    this.#server = server
  }

  source(database: string): Source {
    this.#session.assertOpen()
    return new BatchedDatabase(database, this.#session, this.#server)
  }

  /** As the server has it now: what was made after the batch is not lacking either. */
  async lacks(thing: ReplicaThing, { signal }: OperationOptions = {}): Promise<boolean> {
    const { connection, sessions } = this.#server.connectTo(thing.database, () => undefined)
    try {
      return await lacksThing(connection, thing, signal)
    } finally {
      await sessions.close()
      await connection.close()
    }
  }

  close(): Promise<void> {
    return this.#session.close()
  }
}

/** One database of a server, read in the batch of `_system`. */
class BatchedDatabase implements Source {
  readonly address: string
  readonly database: string
  readonly #batch: BatchSession
  readonly #connected: ConnectedDatabase
  readonly #dumps: ParallelDumps
  onNotice: (notice: ReplicaNotice) => void = () => undefined

  constructor(database: string, batch: BatchSession, { connectTo, dumps }: GlobalServer) {
    this.#batch = batch
    this.#dumps = dumps
    this.#connected = connectTo(database, (notice) => {
      this.onNotice(notice)
    })
    this.address = this.#connected.connection.address
    this.database = database
  }

  /**
   * Reads the inventory at once, which shows whether the batch can be read here: where a server keeps
   * batches apart by databases, the database gets one of its own, of a later moment.
   */
  async openSnapshot({ signal }: OperationOptions = {}): Promise<Snapshot> {
    const session = this.#batch.within(this.#connected.connection)
    try {
      return new RemoteSnapshot(session, this.#dumps, await fetchInventory(session, { signal }))
    } catch (error) {
      if (!isUnknownBatch(error) || !(await this.#batch.isKnown())) throw error
      const snapshot = new RemoteSnapshot(await this.#connected.sessions.open(signal), this.#dumps)
      this.onNotice({ kind: 'warning', message: this.#describeLater() })
      return snapshot
    }
  }

  /** The batch of all databases stays. */
  async close(): Promise<void> {
    await this.#connected.sessions.close()
    await this.#connected.connection.close()
  }

  #describeLater(): string {
    const reason = 'the server knows no batch of another database there'
    return `${this.address} is read as it is now, later than the databases before it: ${reason}`
  }
}

function isUnknownBatch(error: unknown): boolean {
  return error instanceof RemoteStatusError && error.errorNum === ERROR_NUMBER.cursorNotFound
}
