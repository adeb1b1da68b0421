import { formatAddress } from '../replica/index.js'
import type {
  CopyOrigin,
  FollowTarget,
  FollowTargetOptions,
  GlobalTarget,
  LogPosition,
  OperationOptions,
  Snapshot,
  Target,
  TargetCollection,
  TargetCopy,
  TargetRepair,
  WriteResult,
} from '../replica/index.js'
import type { EntryChunk } from '../streams/index.js'
import type { CollectionDefinition, JsonObject, ViewDefinition } from '../wire/index.js'
import { DatabaseSnapshot } from './database-snapshot.js'
import { missingDatabase } from './missing-database.js'
import { openStore } from './open-store.js'
import { StoreError } from './store-error.js'
import { StoreGlobalTarget } from './store-global-target.js'
import { StoreTargetRepair } from './store-target-repair.js'
import { StoreFollowTarget } from './store-follow-target.js'
import { SYSTEM_DATABASE, type StoreCollection, type StoreDatabase } from './store-records.js'
import type { Store, StoreOpeningOptions } from './store.js'
import type { CollectionRef } from './store-transaction.js'

/** How {@link openStoreTarget} opens: what the opening of the store is told, and tells. */
export interface StoreTargetOptions extends StoreOpeningOptions {
  /** Make the store and the database when they are missing. Default: true. */
  readonly create?: boolean | undefined
}

/**
 * Opens a database of a store as a target.
 *
 * @throws StoreError as `openStore`, and `ERR_NAME_INVALID`; without `create` also
 *   `ERR_DATABASE_NOT_FOUND`
 */
export async function openStoreTarget(
  path: string,
  database: string,
  { create = true, ...options }: StoreTargetOptions = {},
): Promise<Target> {
  const store = await openStore(path, { ...options, mode: 'write', create })
  try {
    const record = store.database(database) ?? (await makeDatabase(store, database, create))
    return new StoreTarget(store, record, path, () => store.close())
  } catch (error) {
    await store.close()
    throw error
  }
}

/**
 * Makes a target of a database of a store that is open for writing already, and stays open when the
 * target is closed. What others write to the database during a copy stays or is lost, as it comes.
 */
export function createStoreTarget(store: Store, database: StoreDatabase): Target {
  return new StoreTarget(store, database, store.path)
}

function makeDatabase(store: Store, name: string, create: boolean): Promise<StoreDatabase> {
  if (create) return store.createDatabase(name)
  throw missingDatabase('write to', name, store.path, store.databases())
}

class StoreTarget implements Target {
  readonly address: string
  readonly database: string
  readonly #store: Store
  readonly #record: StoreDatabase
  readonly #path: string
  readonly #close: () => Promise<void>

  constructor(
    store: Store,
    record: StoreDatabase,
    path: string,
    close: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#store = store
    this.#record = record
    this.#path = path
    this.#close = close
    this.address = formatAddress({ kind: 'store', path, database: record.name })
    this.database = record.name
  }

  async beginCopy(origin: CopyOrigin): Promise<TargetCopy> {
    await this.#store.setCopyMark(this.#record, origin)
    return new StoreTargetCopy(this.#store, this.#record)
  }

  unfinishedCopy(): Promise<CopyOrigin | undefined> {
    return Promise.resolve(this.#store.copyMark(this.#record))
  }

  openSnapshot(options?: OperationOptions): Promise<Snapshot> {
    return openDatabaseSnapshot(this.#store, this.#record, options)
  }

  openGlobal(): Promise<GlobalTarget> {
    if (this.database === SYSTEM_DATABASE) {
      const open = (record: StoreDatabase): Target =>
        new StoreTarget(this.#store, record, this.#path)
      return Promise.resolve(new StoreGlobalTarget(this.#store, this.#path, open))
    }
    const reason = `that is done through "${SYSTEM_DATABASE}" only`
    const message = `Cannot write all databases of ${this.address}: ${reason}`
    return Promise.reject(new RangeError(message))
  }

  openFollow({
    isGlobal = false,
    ignoresUnknown,
  }: FollowTargetOptions = {}): Promise<FollowTarget> {
    if (!isGlobal) {
      const database = this.#record
      return Promise.resolve(new StoreFollowTarget(this.#store, { database, ignoresUnknown }))
    }
    if (this.database === SYSTEM_DATABASE) {
      return Promise.resolve(new StoreFollowTarget(this.#store, { ignoresUnknown }))
    }
    const reason = `it is done through "${SYSTEM_DATABASE}" only`
    const message = `Cannot follow all databases into ${this.address}: ${reason}`
    return Promise.reject(new RangeError(message))
  }

  close(): Promise<void> {
    return this.#close()
  }
}

async function openDatabaseSnapshot(
  store: Store,
  database: StoreDatabase,
  options: OperationOptions | undefined,
): Promise<Snapshot> {
  const snapshot = await store.openSnapshot(options)
  return new DatabaseSnapshot(snapshot, database, store.serverId, () => {
    snapshot.close()
  })
}

class StoreTargetCopy implements TargetCopy {
  readonly #store: Store
  readonly #database: StoreDatabase

  constructor(store: Store, database: StoreDatabase) {
    this.#store = store
    this.#database = database
  }

  async replaceCollection(definition: CollectionDefinition): Promise<TargetCollection> {
    const collection = await this.#store.replaceCollection(this.#database, definition)
    return new StoreTargetCollection(this.#store, collection)
  }

  async openCollection(definition: CollectionDefinition): Promise<TargetRepair | undefined> {
    const found = this.#find(definition)
    if (found?.definition.type !== definition.type) return undefined
    const hasName = found.definition.name === definition.name
    if (!hasName && !(await this.#rename(found, definition.name))) return undefined
    return new StoreTargetRepair(this.#store, this.#database, found.id)
  }

  fillCollection(name: string): Promise<TargetCollection | undefined> {
    const found = this.#findName(name)
    return Promise.resolve(found && new StoreTargetCollection(this.#store, found))
  }

  async dropCollection(name: string): Promise<void> {
    const found = this.#findName(name)
    if (found?.definition.isSystem === true) await this.#store.truncateCollection(found)
    else if (found !== undefined) await this.#store.dropCollection(found)
  }

  openSnapshot(options?: OperationOptions): Promise<Snapshot> {
    return openDatabaseSnapshot(this.#store, this.#database, options)
  }

  async replaceView(view: ViewDefinition): Promise<void> {
    await this.#store.replaceView(this.#database, view)
  }

  finish(position?: LogPosition): Promise<void> {
    return this.#store.setCopyMark(this.#database, undefined, position)
  }

  /** By nothing but its name: `Store.collection` takes ids too. */
  #findName(name: string): StoreCollection | undefined {
    return this.#store
      .collections(this.#database)
      .find(({ definition }) => definition.name === name)
  }

  /** Collections of a store all have a globallyUniqueId; that of a system collection is its name. */
  #find({ name, globallyUniqueId, isSystem }: CollectionDefinition): StoreCollection | undefined {
    const isByName = isSystem || globallyUniqueId === undefined || globallyUniqueId === ''
    return this.#store
      .collections(this.#database)
      .find(({ definition }) =>
        isByName
          ? definition.name === name
          : !definition.isSystem && definition.globallyUniqueId === globallyUniqueId,
      )
  }

  /** @returns false when the name is not free */
  async #rename(collection: StoreCollection, name: string): Promise<boolean> {
    try {
      await this.#store.renameCollection(collection, name)
      return true
    } catch (error) {
      if (error instanceof StoreError && error.code === 'ERR_COLLECTION_EXISTS') return false
      throw error
    }
  }
}

/**
 * Documents of one transaction of a copy that has several on their way: large ones change fewer pages
 * for each document and wait less often for the disk, but nothing else runs for their 40 ms.
 */
const APART_ROWS_MAX = 8000

class StoreTargetCollection implements TargetCollection {
  readonly #store: Store
  readonly #collection: CollectionRef

  constructor(store: Store, collection: CollectionRef) {
    this.#store = store
    this.#collection = collection
  }

  write(chunk: EntryChunk): Promise<WriteResult> {
    return this.#store.applyChunk(this.#collection, chunk)
  }

  writeApart(chunk: EntryChunk): Promise<WriteResult> {
    return this.#store.applyChunk(this.#collection, chunk, {
      rowsMax: APART_ROWS_MAX,
      expectsNew: true,
    })
  }

  async createIndexes(indexes: readonly JsonObject[]): Promise<void> {
    const options = { allowsConflicts: true }
    await Promise.all(
      indexes.map((index) => this.#store.createIndex(this.#collection, index, options)),
    )
  }
}
