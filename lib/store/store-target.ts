import { formatAddress } from '../replica/index.js'
import type {
  CopyOrigin,
  Target,
  TargetCollection,
  TargetCopy,
  WriteResult,
} from '../replica/index.js'
import type { EntryChunk } from '../streams/index.js'
import type { CollectionDefinition, JsonObject, ViewDefinition } from '../wire/index.js'
import { openStore } from './open-store.js'
import type { StoreCollection, StoreDatabase } from './store-records.js'
import type { Store, StoreOpeningOptions } from './store.js'

/**
 * Opens a database of a store as a target; the store and the database are made when missing.
 *
 * @param options - what the opening of the store is told, and tells
 * @throws StoreError as `openStore`, and `ERR_NAME_INVALID`
 */
export async function openStoreTarget(
  path: string,
  database: string,
  options: StoreOpeningOptions = {},
): Promise<Target> {
  const store = await openStore(path, { ...options, mode: 'write', create: true })
  try {
    const record = store.database(database) ?? (await store.createDatabase(database))
    return new StoreTarget(store, record, formatAddress({ kind: 'store', path, database }))
  } catch (error) {
    await store.close()
    throw error
  }
}

class StoreTarget implements Target {
  readonly address: string
  readonly database: string
  readonly #store: Store
  readonly #record: StoreDatabase

  constructor(store: Store, record: StoreDatabase, address: string) {
    this.#store = store
    this.#record = record
    this.address = address
    this.database = record.name
  }

  async beginCopy(origin: CopyOrigin): Promise<TargetCopy> {
    await this.#store.setCopyMark(this.#record, origin)
    return new StoreTargetCopy(this.#store, this.#record)
  }

  close(): Promise<void> {
    return this.#store.close()
  }
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

  async replaceView(view: ViewDefinition): Promise<void> {
    await this.#store.replaceView(this.#database, view)
  }

  finish(): Promise<void> {
    return this.#store.setCopyMark(this.#database, undefined)
  }
}

class StoreTargetCollection implements TargetCollection {
  readonly #store: Store
  readonly #collection: StoreCollection

  constructor(store: Store, collection: StoreCollection) {
    this.#store = store
    this.#collection = collection
  }

  write(chunk: EntryChunk): Promise<WriteResult> {
    return this.#store.applyChunk(this.#collection, chunk)
  }

  async createIndexes(indexes: readonly JsonObject[]): Promise<void> {
    await Promise.all(indexes.map((index) => this.#store.createIndex(this.#collection, index)))
  }
}
