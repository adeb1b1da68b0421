import { formatAddress, sortDatabases } from '../replica/index.js'
import type { GlobalCopy, GlobalTarget, Snapshot, Target, TargetCopy } from '../replica/index.js'
import { missingDatabase } from './missing-database.js'
import type { StoreDatabase } from './store-records.js'
import type { Store } from './store.js'

/** Name of the kept value that says how far a copy of all databases is. */
export const COPY_OF_ALL = 'copy-of-all'

/** All databases of a store as targets. */
export class StoreGlobalTarget implements GlobalTarget {
  readonly #store: Store
  readonly #path: string
  readonly #open: (database: StoreDatabase) => Target

  /**
   * @param path - as it was given, for addresses
   * @param open - makes a target of a database that is there
   */
  constructor(store: Store, path: string, open: (database: StoreDatabase) => Target) {
    this.#store = store
    this.#path = path
    this.#open = open
  }

  databases(): Promise<readonly string[]> {
    return Promise.resolve(sortDatabases(this.#store.databases().map(({ name }) => name)))
  }

  target(database: string): Target {
    return new LateDatabase({ database, path: this.#path, store: this.#store, open: this.#open })
  }

  async dropDatabase(database: string): Promise<void> {
    await this.#store.dropDatabase(database)
  }

  async dropCollection(database: string, name: string): Promise<void> {
    const found = this.#store
      .collections(this.#require(database))
      .find(({ definition }) => definition.name === name)
    if (found?.definition.isSystem === true) await this.#store.truncateCollection(found)
    else if (found !== undefined) await this.#store.dropCollection(found)
  }

  async dropView(database: string, name: string): Promise<void> {
    const found = this.#store
      .views(this.#require(database))
      .find(({ definition }) => definition.name === name)
    if (found !== undefined) await this.#store.dropView(found)
  }

  unfinishedCopy(): Promise<GlobalCopy | undefined> {
    return Promise.resolve(this.#store.getMeta(COPY_OF_ALL) as GlobalCopy | undefined)
  }

  noteCopy(copy: GlobalCopy | undefined): Promise<void> {
    return this.#store.putMeta(COPY_OF_ALL, copy)
  }

  #require(database: string): StoreDatabase {
    const found = this.#store.database(database)
    if (found !== undefined) return found
    throw missingDatabase('write to', database, this.#path, this.#store.databases())
  }
}

/** What a {@link LateDatabase} is made of. */
interface LateParts {
  readonly database: string
  readonly path: string
  readonly store: Store
  readonly open: (database: StoreDatabase) => Target
}

/** A database of a store that is made, if need be, when a copy into it begins. */
class LateDatabase implements Target {
  readonly address: string
  readonly database: string
  readonly #parts: LateParts

  constructor(parts: LateParts) {
    const { database, path } = parts
    this.address = formatAddress({ kind: 'store', path, database })
    this.database = database
    this.#parts = parts
  }

  async beginCopy(...origin: Parameters<Target['beginCopy']>): Promise<TargetCopy> {
    const { database, store, open } = this.#parts
    const record = store.database(database) ?? (await store.createDatabase(database))
    return open(record).beginCopy(...origin)
  }

  async unfinishedCopy(): ReturnType<Target['unfinishedCopy']> {
    return this.#find()?.unfinishedCopy()
  }

  async openSnapshot(...options: Parameters<Target['openSnapshot']>): Promise<Snapshot> {
    const found = this.#find()
    if (found !== undefined) return found.openSnapshot(...options)
    const { database, path, store } = this.#parts
    throw missingDatabase('read', database, path, store.databases())
  }

  /** The store stays open. */
  close(): Promise<void> {
    return Promise.resolve()
  }

  #find(): Target | undefined {
    const { database, store, open } = this.#parts
    const record = store.database(database)
    return record && open(record)
  }
}
