import { formatAddress, sortDatabases } from '../replica/index.js'
import type {
  GlobalSnapshot,
  OperationOptions,
  ReplicaNotice,
  ReplicaThing,
  Snapshot,
  Source,
} from '../replica/index.js'
import type { Tick } from '../values/index.js'
import { COPY_OF_ALL } from './store-global-target.js'
import type { StoreSnapshot } from './store-snapshot.js'
import type { Store } from './store.js'
import { viewDatabase } from './view-database.js'

/** A snapshot of a store as a view of all of its databases. */
export class StoreGlobalSnapshot implements GlobalSnapshot {
  readonly tick: Tick
  readonly serverId: string
  readonly databases: readonly string[]
  readonly #snapshot: StoreSnapshot
  readonly #store: Store
  readonly #path: string

  /** @param path - as it was given, for addresses */
  constructor(snapshot: StoreSnapshot, store: Store, path: string) {
    this.tick = snapshot.lastTick
    this.serverId = store.serverId
    this.databases = sortDatabases(snapshot.databases().map(({ name }) => name))
    this.#snapshot = snapshot
    this.#store = store
    this.#path = path
  }

  source(database: string): Source {
    const address = formatAddress({ kind: 'store', path: this.#path, database })
    return new SharedDatabase(address, database, this.#snapshot, this.#store)
  }

  /** Where a copy into the store has not ended, the rest of it may come yet. */
  lacks({ database }: ReplicaThing): Promise<boolean> {
    const record = this.#snapshot.databases().find(({ name }) => name === database)
    const isPart = record !== undefined && this.#snapshot.copyMark(record) !== undefined
    return Promise.resolve(!isPart && this.#store.getMeta(COPY_OF_ALL) === undefined)
  }

  close(): Promise<void> {
    this.#snapshot.close()
    return Promise.resolve()
  }
}

/** One database of a store, read in a snapshot of all of them. */
class SharedDatabase implements Source {
  readonly address: string
  readonly database: string
  readonly #snapshot: StoreSnapshot
  readonly #store: Store
  onNotice: (notice: ReplicaNotice) => void = () => undefined

  constructor(address: string, database: string, snapshot: StoreSnapshot, store: Store) {
    this.address = address
    this.database = database
    this.#snapshot = snapshot
    this.#store = store
  }

  async openSnapshot({ signal }: OperationOptions = {}): Promise<Snapshot> {
    signal?.throwIfAborted()
    const snapshot = this.#snapshot
    snapshot.acquire()
    let isOpen = true
    const release = (): void => {
      if (isOpen) snapshot.release()
      isOpen = false
    }
    try {
      return await Promise.resolve(viewDatabase(this, snapshot, this.#store, release))
    } catch (error) {
      release()
      throw error
    }
  }

  /** The snapshot of all databases stays. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}
