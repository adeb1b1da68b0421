import type {
  ApplyGroupsResult,
  ChangeGroup,
  LogPosition,
  OperationOptions,
  ReplicaNotice,
  WriteResult,
} from '../replica/index.js'
import type { EntryChunk } from '../streams/index.js'
import type { Tick } from '../values/index.js'
import type { CollectionDefinition, Json, JsonObject, ViewDefinition } from '../wire/index.js'
import type { DocumentOperation, WrittenDocument } from './document-operation.js'
import type {
  CollectionRef,
  InsertedDocument,
  StoredDocument,
  StoreTransaction,
} from './store-transaction.js'
import type {
  ApplyGroupsOptions,
  ApplyOptions,
  CreateIndexOptions,
  TransactionOptions,
} from './write-options.js'
import type { CopyMark, StoreCollection, StoreDatabase, StoreView } from './store-records.js'
import type { StoreSnapshot } from './store-snapshot.js'
import type { WaitForTickOptions } from './tick-waiters.js'
import type { TrimLogOptions, TrimLogResult } from './trim-log-options.js'

/** `write` is for the one process that owns the store; `read` may open it beside that process. */
export type StoreMode = 'read' | 'write'

/** What the opening of a store is told, and tells. */
export interface StoreOpeningOptions {
  /** Ends the opening, which can take its time where trees have to be built. */
  readonly signal?: AbortSignal | undefined
  /** Called, at the opening and later, for what had to be mended in a store: its trees. */
  readonly onNotice?: ((notice: ReplicaNotice) => void) | undefined
  /**
   * Called while trees are built at the opening for writing: at the begin of each, after each slice
   * and at the end. A store of an older version has none yet.
   */
  readonly onTreeProgress?: ((progress: TreeProgress) => void) | undefined
}

/** How {@link openStore} opens. */
export interface OpenStoreOptions extends StoreOpeningOptions {
  readonly mode: StoreMode
  /** Make the store when there is none; only with mode `write`. Default: false. */
  readonly create?: boolean | undefined
  /** Batches that may be open at one time. Default: `OPEN_BATCHES_MAX`. */
  readonly openBatchesMax?: number | undefined
  /** Threads of this process that open the store too. Default: 0. */
  readonly workerCount?: number | undefined
  /** Bytes of lines that all chunks together may hold in memory. Default: 64 MiB. */
  readonly chunkBytesMax?: number | undefined
  /** Wall clock in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** How far the tree of a collection is that is being built. */
export interface TreeProgress {
  readonly database: string
  readonly collection: string
  /** Revisions in the tree so far. */
  readonly revisions: number
  /** Documents of the collection. */
  readonly documents: number
}

/**
 * The embedded store. Reads see what is committed; a promise of a write resolves once the write is
 * on the disk. Every method rejects with, or throws, a {@link StoreError}: `ERR_STORE_CLOSED` once
 * `close` was called, `ERR_STORE_READ_ONLY` for a write in mode `read`.
 */
export interface Store {
  /** The store's directory, resolved. */
  readonly path: string
  readonly mode: StoreMode
  /** Made once for each store: 48 random bits, decimal. */
  readonly serverId: string
  /** The newest tick that is on the disk. */
  readonly lastTick: Tick
  /**
   * Waits until {@link lastTick} is above a tick, or for a time. In mode `write` it is woken by the
   * write that did it; in mode `read` it looks at the file now and then.
   *
   * @returns {@link lastTick}, which at the end of the time may still be what it was
   * @throws the signal's reason
   */
  waitForTick(after: Tick, options: WaitForTickOptions): Promise<Tick>
  /** Markers that were ever written, those that were trimmed since included. */
  readonly markerCount: number
  /**
   * Removes the oldest markers of the log, in slices that let others write. Their pages are free for
   * later writes; the data file keeps its size. Transactions go as a whole. Snapshots that are open
   * keep what they see.
   */
  trimLog(options: TrimLogOptions): Promise<TrimLogResult>
  /**
   * Takes a stable view of everything.
   *
   * @throws StoreError `ERR_SNAPSHOT_LIMIT` when as many are open as the store has room for
   */
  openSnapshot(options?: OperationOptions): Promise<StoreSnapshot>
  /** Resolves when the rows of what was dropped or truncated are removed from the files. */
  purged(): Promise<void>
  /** Waits for writes in flight; snapshots that are still open refuse from now on. */
  close(): Promise<void>

  /** All databases, by id. */
  databases(): readonly StoreDatabase[]
  /** The database of that name. */
  database(name: string): StoreDatabase | undefined
  /** Makes a database with its empty system collections; `ERR_DATABASE_EXISTS`, `ERR_NAME_INVALID`. */
  createDatabase(name: string): Promise<StoreDatabase>
  /** Drops a database and all that it holds; `ERR_DATABASE_NOT_FOUND`. */
  dropDatabase(name: string): Promise<void>

  /** Documents before edges, then by name; system collections too. */
  collections(database: StoreDatabase): readonly StoreCollection[]
  /** Finds a collection by its name, its local id in decimal, or its globallyUniqueId. */
  collection(database: StoreDatabase, nameIdOrGuid: string): StoreCollection | undefined
  /**
   * Makes a collection of a definition, its indexes too. The globallyUniqueId is kept when there is
   * one; ids are local ones.
   */
  createCollection(
    database: StoreDatabase,
    definition: NewCollection | CollectionDefinition,
  ): Promise<StoreCollection>
  /**
   * Makes an empty collection of a definition, without its indexes. One of the same
   * globallyUniqueId, and one of the same name, is dropped first; a system collection is truncated.
   */
  replaceCollection(
    database: StoreDatabase,
    definition: CollectionDefinition,
  ): Promise<StoreCollection>
  /** Drops a collection; its documents are removed in slices afterwards. */
  dropCollection(collection: CollectionRef): Promise<void>
  /** Takes all documents out; they are removed in slices afterwards. */
  truncateCollection(collection: CollectionRef): Promise<void>
  /** Gives a collection another name; `ERR_COLLECTION_EXISTS`, `ERR_NAME_INVALID`. */
  renameCollection(collection: CollectionRef, name: string): Promise<StoreCollection>
  /** Changes attributes of `parameters`; the ones that say what the collection is stay. */
  changeCollection(collection: CollectionRef, parameters: JsonObject): Promise<StoreCollection>
  /**
   * Makes the properties and indexes of a collection those of a definition: those that the
   * definition lacks go, and what says which collection it is stays.
   *
   * @returns false when nothing differed, and nothing was written
   */
  matchCollection(collection: CollectionRef, definition: CollectionDefinition): Promise<boolean>
  /**
   * Makes an index; one of an equal id is replaced. The documents of a unique one are checked, in
   * slices, and what is written meanwhile must obey it already.
   *
   * @returns the index as it is reported, with its id
   * @throws DocumentError `ERR_UNIQUE_CONFLICT` when two documents have the same values, and the
   *   signal's reason; then there is no index
   */
  createIndex(
    collection: CollectionRef,
    index: JsonObject,
    options?: CreateIndexOptions,
  ): Promise<JsonObject>
  /** Drops an index by its id. */
  dropIndex(collection: CollectionRef, indexId: string): Promise<void>

  /** All views of a database, by name. */
  views(database: StoreDatabase): readonly StoreView[]
  /** Makes a view; the globallyUniqueId is kept when there is one. */
  createView(database: StoreDatabase, definition: NewView | ViewDefinition): Promise<StoreView>
  /** Makes a view, in place of one of the same globallyUniqueId or name; an equal one stays. */
  replaceView(database: StoreDatabase, definition: ViewDefinition): Promise<StoreView>
  /** Changes attributes of a view. */
  changeView(view: Pick<StoreView, 'id'>, properties: JsonObject): Promise<StoreView>
  /** Drops a view. */
  dropView(view: Pick<StoreView, 'id'>): Promise<void>

  /**
   * Writes replicated entries in order; documents keep their revision where it is a valid one that
   * no other document has, or may be taken from it.
   *
   * @throws DumpLineError when a line is not an entry or its key is not 1 to 254 bytes; entries
   *   before that line are written
   */
  applyChunk(
    collection: CollectionRef,
    chunk: EntryChunk,
    options?: ApplyOptions,
  ): Promise<WriteResult>
  /**
   * Removes the documents that have these revisions; those that are not there are passed over.
   *
   * @returns how many were removed, as `removals`, and their bytes
   */
  removeRevisions(
    collection: CollectionRef,
    revisions: BigUint64Array,
    options?: OperationOptions,
  ): Promise<WriteResult>
  /**
   * Builds the revision tree of a collection anew from its documents, in slices.
   *
   * @param initialRangeMin - where its range is to begin; it stays where it is unless given, and
   *   becomes 0 where no range from there holds all revisions
   */
  rebuildTree(collection: CollectionRef, initialRangeMin?: bigint): Promise<void>
  /**
   * Writes a new document; its revision is the tick of the write. `_key` is taken from the text or
   * made; `_id` and `_rev` in the text are replaced; an edge needs `_from` and `_to`.
   */
  insert(collection: CollectionRef, documentText: string | Buffer): Promise<InsertedDocument>
  /** As {@link insert}, but a document that has the `_key` is replaced. */
  put(collection: CollectionRef, documentText: string | Buffer): Promise<InsertedDocument>
  /**
   * Removes the document with the key.
   *
   * @returns false when there is none; then nothing was written
   */
  remove(collection: CollectionRef, key: string): Promise<boolean>
  /**
   * Inserts, replaces, updates or removes one document.
   *
   * @throws StoreError, or {@link DocumentError} where a document that is there stands in the way
   */
  write(collection: CollectionRef, operation: DocumentOperation): Promise<WrittenDocument>
  /** The document with the key, as it is committed; undefined when there is none. */
  document(collection: CollectionRef, key: string): StoredDocument | undefined
  /**
   * Runs writes as one: all of them are there, or none. In the log they stand as one transaction,
   * between a marker that begins it and one that commits it.
   *
   * @param database - whose collections the body may write to
   * @param body - synchronous; what it throws undoes its writes and rejects the promise
   * @returns what the body returned, once its writes are on the disk
   */
  transaction<Result>(
    database: StoreDatabase,
    body: (operations: StoreTransaction) => Result,
    options?: TransactionOptions,
  ): Promise<Result>

  /** Where an unfinished copy into the database comes from. */
  copyMark(database: StoreDatabase): CopyMark | undefined
  /**
   * Marks the database as the target of a copy, and forgets where its data stood in a log; undefined
   * takes the mark away.
   *
   * @param position - where the data stands after the copy; of use only where the mark is taken away
   */
  setCopyMark(
    database: StoreDatabase,
    mark: CopyMark | undefined,
    position?: LogPosition,
  ): Promise<void>
  /**
   * Where the data of a database stands in the log that it follows, or that of all databases where
   * undefined is given; undefined when it follows none, or a copy is unfinished.
   */
  followPosition(database: StoreDatabase | undefined): LogPosition | undefined
  /** Forgets the {@link followPosition} of a database, or of all of them. */
  forgetPosition(database: StoreDatabase | undefined): Promise<void>
  /**
   * Applies what another replica's log tells, all of it and the position in one transaction.
   *
   * @throws FollowError when a marker cannot be applied; then nothing was
   */
  applyGroups(
    groups: readonly ChangeGroup[],
    position: LogPosition,
    options?: ApplyGroupsOptions,
  ): Promise<ApplyGroupsResult>
  /** Reads a small JSON value that another layer keeps here, such as users; undefined if none. */
  getMeta(name: string): Json
  /** Names of the kept values that begin with `prefix`, sorted. */
  metaNames(prefix: string): readonly string[]
  /** Keeps a small JSON value; undefined removes it. */
  putMeta(name: string, value: Json): Promise<void>
}

/** A collection to be made from scratch. */
export interface NewCollection {
  readonly name: string
  /** 2 for documents, 3 for edges. */
  readonly type: CollectionDefinition['type']
  readonly parameters?: JsonObject | undefined
  readonly indexes?: readonly JsonObject[] | undefined
}

/** A view to be made from scratch. */
export interface NewView {
  readonly name: string
  readonly type: string
  readonly properties?: JsonObject | undefined
}
