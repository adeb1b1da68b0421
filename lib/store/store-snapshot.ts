import type { MerkleTree } from '../merkle/index.js'
import type { KeyedRevision, OperationOptions } from '../replica/index.js'
import type { Revision, RevisionRange, Tick } from '../values/index.js'
import type { DumpForm, MarkerForm, SystemCollectionOptions } from '../wire/index.js'
import type { KeyPage } from './key-page.js'
import type { CopyMark, StoreCollection, StoreDatabase, StoreView } from './store-records.js'

/** Rows of a collection in revision order, as lines of one form. */
export interface LineRange {
  /** Only documents above this revision; undefined begins with the first. */
  readonly after?: Revision | undefined
  readonly form: DumpForm
  readonly signal?: AbortSignal | undefined
}

/** What {@link StoreSnapshot.findChunk} is to find. */
export interface ChunkRange extends LineRange {
  /** Bytes of lines after which a chunk ends, looked at after each line; 0 gives one line. */
  readonly chunkBytes: number
  /** Most lines of a chunk, at least 1. Default: no limit. */
  readonly countMax?: number | undefined
}

/** What {@link StoreSnapshot.readLines} reads. */
export interface LinesThrough extends LineRange {
  /** Last revision, included; undefined goes to the end. */
  readonly through?: Revision | undefined
}

/** A piece of a dump whose end is known before its first byte is sent. */
export interface DumpChunk {
  readonly count: number
  /** Bytes of all its lines, newlines included. */
  readonly bytes: number
  /** Revision of its last document; undefined when the chunk is empty. */
  readonly last: Revision | undefined
  /** True when documents follow the last one. */
  readonly hasMore: boolean
  /** Its lines in blocks of whole lines, once. Ending it early releases what it holds. */
  blocks(): AsyncGenerator<Buffer, void, undefined>
  /** Gives up lines that are held in memory; needed only when `blocks()` is never read. */
  release(): void
  /** Lets later chunks have the memory of the blocks, once nobody reads them any more. */
  reuse(): void
}

/** Which markers of the log somebody wants, and how they are written. */
export interface LogSelection {
  readonly form: MarkerForm
  /** Only those of this database; undefined wants all, and those of databases themselves. */
  readonly databaseId?: number | undefined
  /** Only those of this collection, and those of transactions. */
  readonly collectionId?: number | undefined
  /** Which collections beginning with `_` take part; they are told by the name that they have now. */
  readonly system: SystemCollectionOptions
}

/** What {@link StoreSnapshot.readLog} reads. */
export interface LogRange extends LogSelection {
  /** Only markers above this tick. */
  readonly after: Tick
  /** Last tick, included; undefined goes to the end. */
  readonly through?: Tick | undefined
  /**
   * Bytes of lines after which a chunk ends, looked at after each line. A transaction is left to the
   * next chunk where it does not fit behind others, and cut only where it is larger than a chunk.
   */
  readonly chunkBytes: number
  /** Most markers that are looked at, wanted or not. Default: no limit. */
  readonly scanMax?: number | undefined
  /** Asked before memory is taken for lines; false ends the chunk. Default: never. */
  readonly allocate?: ((bytes: number) => boolean) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Lines of the log. */
export interface LogChunk {
  /** Blocks of whole lines, which nobody else holds; empty when no marker is wanted. */
  readonly blocks: Buffer[]
  /** Bytes of the lines, newlines included. */
  readonly bytes: number
  /** Markers in it. */
  readonly count: number
  /** Tick of the last marker in it; 0 when there is none. */
  readonly lastIncluded: Tick
  /** How far the log was looked at: to the end of the range, or to where the chunk ends. */
  readonly lastScanned: Tick
}

/** What {@link StoreSnapshot.readRevisions} reads. */
export interface RevisionPage extends RevisionRange {
  /** Most revisions to read. */
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

/**
 * A stable view of a whole store: one read transaction of LMDB, for the thread that opened it.
 *
 * The opener holds one reference. Every use that goes over an `await` holds one more: `acquire`
 * first, `release` when done. `close` gives the opener's back and shuts the door for new ones; with
 * the last reference the transaction ends. Every method throws a StoreError `ERR_SNAPSHOT_CLOSED`
 * after that.
 */
export interface StoreSnapshot {
  /** The newest tick in it; durable, as everything else that the snapshot shows. */
  readonly lastTick: Tick
  /** The tick of the oldest marker in the log; undefined when there is none. */
  readonly firstTick: Tick | undefined
  /**
   * The highest tick that was removed from the log, 0 if none: markers above a tick are all there if
   * and only if it is at or above this.
   */
  readonly removedTick: Tick
  /** False once the last reference is gone. */
  readonly isOpen: boolean
  /** @throws StoreError `ERR_SNAPSHOT_CLOSED` once the door is shut */
  acquire(): void
  /** Gives one reference back. */
  release(): void
  /** Does nothing the second time. */
  close(): void

  /** All databases, by id. */
  databases(): readonly StoreDatabase[]
  /** The database of that name. */
  database(name: string): StoreDatabase | undefined
  /** Documents before edges, then by name; system collections too. */
  collections(database: StoreDatabase): readonly StoreCollection[]
  /** Finds a collection by its name, its local id in decimal, or its globallyUniqueId. */
  collection(database: StoreDatabase, nameIdOrGuid: string): StoreCollection | undefined
  /** By name. */
  views(database: StoreDatabase): readonly StoreView[]
  /** Where an unfinished copy into the database comes from. */
  copyMark(database: StoreDatabase): CopyMark | undefined

  /** The JSON text of a document. */
  document(collection: StoreCollection, key: string): Buffer | undefined
  /** The JSON text of the document that has the revision. */
  documentByRevision(collection: StoreCollection, revision: Revision): Buffer | undefined
  /**
   * The revision tree: kept with the documents, so it always fits them. Where it is missing, in a
   * store of an older version that is open for reading, or damaged, it is built from the documents
   * in slices, and a notice says so.
   *
   * @throws StoreError `ERR_COLLECTION_NOT_FOUND` when the snapshot has no such collection
   */
  tree(collection: StoreCollection, options?: OperationOptions): Promise<MerkleTree>
  /** Revisions in ascending order, read in slices. */
  readRevisions(collection: StoreCollection, range: RevisionPage): Promise<BigUint64Array>
  /** Keys and revisions in the order of the keys' bytes, read in slices. */
  readKeys(collection: StoreCollection, page: KeyPage): Promise<KeyedRevision[]>
  /**
   * Finds where a chunk of lines ends, in slices that leave the event loop free. Lines are kept in
   * memory meanwhile, as far as the store's `chunkBytesMax` allows, so that most chunks are read
   * from the database once. The caller holds a reference until the chunk was read or released.
   */
  findChunk(collection: StoreCollection, range: ChunkRange): Promise<DumpChunk>
  /** Reads lines in blocks of about `CHUNK_BYTES`; holds a reference of its own while it runs. */
  readLines(
    collection: StoreCollection,
    range: LinesThrough,
  ): AsyncGenerator<Buffer, void, undefined>
  /**
   * Reads markers of the log as lines, in the order of their ticks, in slices that leave the event
   * loop free. Markers of what was dropped since are read too.
   */
  readLog(range: LogRange): Promise<LogChunk>
}
