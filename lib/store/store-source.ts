import { formatAddress } from '../replica/index.js'
import type {
  DumpedChunk,
  DumpOptions,
  OperationOptions,
  ReplicaNotice,
  Snapshot,
  SnapshotCollection,
  SnapshotInventory,
  Source,
} from '../replica/index.js'
import { chunkLines } from '../streams/index.js'
import type { Tick } from '../values/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { openStore } from './open-store.js'
import { StoreError } from './store-error.js'
import { SYSTEM_DATABASE_ID, type StoreCollection, type StoreDatabase } from './store-records.js'
import type { StoreSnapshot } from './store-snapshot.js'
import type { Store } from './store.js'

/**
 * Opens a database of a store as a source; another process may serve the store meanwhile.
 *
 * @throws StoreError as `openStore`, and `ERR_DATABASE_NOT_FOUND`
 */
export async function openStoreSource(path: string, database: string): Promise<Source> {
  const store = await openStore(path, { mode: 'read' })
  try {
    requireDatabase(store.database(database), database, path)
    return new StoreSource(store, formatAddress({ kind: 'store', path, database }), database)
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
      const database = requireDatabase(
        snapshot.database(this.database),
        this.database,
        this.#store.path,
      )
      if (snapshot.copyMark(database) !== undefined) this.#warnOfUnfinishedCopy()
      return new DatabaseSnapshot(snapshot, database, this.#store.serverId)
    } catch (error) {
      snapshot.close()
      throw error
    }
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #warnOfUnfinishedCopy(): void {
    const message = `the copy into ${this.address} was not finished; its data is incomplete`
    this.onNotice({ kind: 'warning', message })
  }
}

class DatabaseSnapshot implements Snapshot {
  readonly tick: Tick
  readonly serverId: string
  readonly #snapshot: StoreSnapshot
  readonly #database: StoreDatabase

  constructor(snapshot: StoreSnapshot, database: StoreDatabase, serverId: string) {
    this.#snapshot = snapshot
    this.#database = database
    this.tick = snapshot.lastTick
    this.serverId = serverId
  }

  inventory(): Promise<SnapshotInventory> {
    const { id, name } = this.#database
    return Promise.resolve({
      collections: this.#snapshot.collections(this.#database).map(toSnapshotCollection),
      views: this.#snapshot.views(this.#database).map(({ definition }) => definition),
      properties: { id: String(id), name, isSystem: id === SYSTEM_DATABASE_ID },
      isCopyUnfinished: this.#snapshot.copyMark(this.#database) !== undefined,
    })
  }

  async *dump(
    { name }: CollectionDefinition,
    { signal }: DumpOptions = {},
  ): AsyncGenerator<DumpedChunk> {
    const collection = this.#snapshot.collection(this.#database, name)
    if (collection === undefined) {
      const reason = `there is no collection "${name}"`
      throw new StoreError('ERR_COLLECTION_NOT_FOUND', `Cannot dump a collection: ${reason}`)
    }
    const blocks = this.#snapshot.readLines(collection, { form: 'bare', signal })
    for await (const chunk of chunkLines(blocks, { source: name })) {
      yield { chunk, readBytes: chunk.buffer.length }
    }
  }

  close(): Promise<void> {
    this.#snapshot.close()
    return Promise.resolve()
  }
}

/** The size counts what `dump` reads: each document and its newline. */
function toSnapshotCollection({
  definition,
  documents,
  bytes,
}: StoreCollection): SnapshotCollection {
  return { definition, size: { documents, bytes: bytes + documents } }
}

function requireDatabase(
  found: StoreDatabase | undefined,
  name: string,
  path: string,
): StoreDatabase {
  if (found !== undefined) return found
  throw new StoreError(
    'ERR_DATABASE_NOT_FOUND',
    `Cannot read database "${name}": the store ${path} has none of that name`,
  )
}
