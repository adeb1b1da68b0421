import { formatAddress } from '../replica/index.js'
import type {
  ChangeLog,
  ChangeLogOptions,
  OperationOptions,
  ReplicaNotice,
  Snapshot,
  Source,
} from '../replica/index.js'
import { DatabaseSnapshot } from './database-snapshot.js'
import { missingDatabase } from './missing-database.js'
import { openStore } from './open-store.js'
import { StoreLog } from './store-log.js'
import type { StoreDatabase } from './store-records.js'
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
    requireDatabase(store, database, path)
    source = new StoreSource(store, formatAddress({ kind: 'store', path, database }), database)
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
  onNotice: (notice: ReplicaNotice) => void = () => undefined

  constructor(store: Store, address: string, database: string) {
    this.#store = store
    this.address = address
    this.database = database
  }

  async openSnapshot(options?: OperationOptions): Promise<Snapshot> {
    const snapshot = await this.#store.openSnapshot(options)
    try {
      const database = requireDatabase(snapshot, this.database, this.#store.path)
      if (snapshot.copyMark(database) !== undefined) this.#warnOfUnfinishedCopy()
      return new DatabaseSnapshot(snapshot, database, this.#store.serverId)
    } catch (error) {
      snapshot.close()
      throw error
    }
  }

  openLog(options: ChangeLogOptions = {}): ChangeLog {
    const { address, database } = this
    return new StoreLog({ store: this.#store, address, database }, options)
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #warnOfUnfinishedCopy(): void {
    const message = `the copy into ${this.address} was not finished; its data is incomplete`
    this.onNotice({ kind: 'warning', message })
  }
}

function requireDatabase(
  from: Pick<Store, 'database' | 'databases'>,
  name: string,
  path: string,
): StoreDatabase {
  const found = from.database(name)
  if (found !== undefined) return found
  throw missingDatabase('read', name, path, from.databases())
}
