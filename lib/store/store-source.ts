import type { MerkleTree } from '../merkle/index.js'
import { fitKeptTree, formatAddress } from '../replica/index.js'
import type {
  DumpedChunk,
  DumpOptions,
  OperationOptions,
  ReplicaNotice,
  RevisionAccess,
  Snapshot,
  SnapshotCollection,
  SnapshotInventory,
  Source,
  TreeOptions,
} from '../replica/index.js'
import { chunkLines } from '../streams/index.js'
import { revision, type RevisionRange, type Tick } from '../values/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { openStore } from './open-store.js'
import { createStoreAccess, readRevisionsOf } from './store-access.js'
import { StoreError } from './store-error.js'
import { SYSTEM_DATABASE_ID, type StoreCollection, type StoreDatabase } from './store-records.js'
import type { StoreSnapshot } from './store-snapshot.js'
import type { Store } from './store.js'

const EVERY_REVISION: RevisionRange = { from: revision(0n), through: revision(2n ** 64n - 1n) }

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
    requireDatabase(store.database(database), database, path)
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
    definition: CollectionDefinition,
    { signal }: DumpOptions = {},
  ): AsyncGenerator<DumpedChunk> {
    const collection = this.#find(definition)
    const blocks = this.#snapshot.readLines(collection, { form: 'bare', signal })
    for await (const chunk of chunkLines(blocks, { source: definition.name })) {
      yield { chunk, readBytes: chunk.buffer.length }
    }
  }

  /** Gives the tree that the store keeps; one that begins elsewhere is built of the revisions. */
  async tree(definition: CollectionDefinition, options: TreeOptions): Promise<MerkleTree> {
    const { signal } = options
    signal?.throwIfAborted()
    const collection = this.#find(definition)
    const kept = await this.#snapshot.tree(collection, { signal })
    const readAll = (): AsyncIterable<BigUint64Array> =>
      readRevisionsOf(this.#snapshot, collection, [EVERY_REVISION], signal)
    return fitKeptTree(kept, definition, options, readAll)
  }

  seek(definition: CollectionDefinition): Promise<RevisionAccess> {
    return Promise.resolve(createStoreAccess(this.#snapshot, this.#find(definition)))
  }

  close(): Promise<void> {
    this.#snapshot.close()
    return Promise.resolve()
  }

  #find({ name }: CollectionDefinition): StoreCollection {
    const collection = this.#snapshot.collection(this.#database, name)
    if (collection !== undefined) return collection
    const reason = `there is no collection "${name}"`
    throw new StoreError('ERR_COLLECTION_NOT_FOUND', `Cannot read a collection: ${reason}`)
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
