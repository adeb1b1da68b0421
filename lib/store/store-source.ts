import { formatAddress } from '../replica/index.js'
import type {
  ChangeLog,
  ChangeLogOptions,
  GlobalSnapshot,
  OperationOptions,
  ReplicaNotice,
  Snapshot,
  Source,
} from '../replica/index.js'
import { openStore } from './open-store.js'
import { StoreLog } from './store-log.js'
import { StoreGlobalSnapshot } from './store-global-snapshot.js'
import { SYSTEM_DATABASE } from './store-records.js'
import { findDatabase, viewDatabase } from './view-database.js'
import type { Store } from './store.js'

/**
 * Opens a database of a store as a source; another process may serve the store meanwhile.
 *
 * @throws StoreError as `openStore`, and `ERR_DATABASE_NOT_FOUND`
 */
export async function openStoreSource(path: string, database: string): Promise<Source> {
  let source: Source | undefined
  const onNotice = (notice: ReplicaNotice): void => {
    source?.onNotice(notice)
  }
  const store = await openStore(path, { mode: 'read', onNotice })
  try {
    findDatabase(store, database, path)
    source = new StoreSource(store, path, database)
    return source
  } catch (error) {
    await store.close()
    throw error
  }
}

class StoreSource implements Source {
  readonly address: string
  readonly database: string
  readonly #store: Store
  readonly #path: string
  onNotice: (notice: ReplicaNotice) => void = () => undefined

  constructor(store: Store, path: string, database: string) {
    this.#store = store
    this.#path = path
    this.address = formatAddress({ kind: 'store', path, database })
    this.database = database
  }

  async openSnapshot(options?: OperationOptions): Promise<Snapshot> {
    const snapshot = await this.#store.openSnapshot(options)
    try {
      return viewDatabase(this, snapshot, this.#store, () => {
        snapshot.close()
      })
    } catch (error) {
      snapshot.close()
      throw error
    }
  }

  async openGlobalSnapshot(options?: OperationOptions): Promise<GlobalSnapshot> {
    if (this.database !== SYSTEM_DATABASE) {
      const reason = `that is done through "${SYSTEM_DATABASE}" only`
      throw new RangeError(`Cannot read all databases of ${this.address}: ${reason}`)
    }
    return new StoreGlobalSnapshot(await this.#store.openSnapshot(options), this.#store, this.#path)
  }

  openLog(options: ChangeLogOptions = {}): ChangeLog {
    const { address, database } = this
    return new StoreLog({ store: this.#store, address, database }, options)
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}
