import type { MerkleTree } from '../merkle/index.js'
import { fitKeptTree } from '../replica/index.js'
import type {
  DumpedChunk,
  DumpOptions,
  KeyedRevision,
  KeyRange,
  OperationOptions,
  RevisionAccess,
  Snapshot,
  SnapshotCollection,
  SnapshotInventory,
  TreeOptions,
} from '../replica/index.js'
import { chunkLines } from '../streams/index.js'
import { revision, type RevisionRange, type Tick } from '../values/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { createStoreAccess, readRevisionsOf } from './store-access.js'
import { StoreError } from './store-error.js'
import { SYSTEM_DATABASE_ID, type StoreCollection, type StoreDatabase } from './store-records.js'
import type { StoreSnapshot } from './store-snapshot.js'

/** Keys of one block: about a megabyte. */
const PAGE_KEYS = 8192
const EVERY_REVISION: RevisionRange = { from: revision(0n), through: revision(2n ** 64n - 1n) }

/** A snapshot of a store as a view of one of its databases. */
export class DatabaseSnapshot implements Snapshot {
  readonly tick: Tick
  readonly serverId: string
  readonly #snapshot: StoreSnapshot
  readonly #database: StoreDatabase
  readonly #end: () => void

  /** @param end - called when the view is closed; it may be called more than once */
  constructor(snapshot: StoreSnapshot, database: StoreDatabase, serverId: string, end: () => void) {
    this.#snapshot = snapshot
    this.#database = database
    this.#end = end
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

  async *readKeys(
    definition: CollectionDefinition,
    { after, through }: KeyRange,
    { signal }: OperationOptions = {},
  ): AsyncGenerator<readonly KeyedRevision[]> {
    const collection = this.#find(definition)
    const page = { through, limit: PAGE_KEYS, signal }
    for (let last = after; ;) {
      const rows = await this.#snapshot.readKeys(collection, { ...page, after: last })
      if (rows.length > 0) yield rows
      if (rows.length < PAGE_KEYS) return
      last = rows.at(-1)?.key
    }
  }

  close(): Promise<void> {
    this.#end()
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
  hasReplacedRevisions,
}: StoreCollection): SnapshotCollection {
  return { definition, size: { documents, bytes: bytes + documents }, hasReplacedRevisions }
}
