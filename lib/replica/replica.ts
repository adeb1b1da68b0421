import type { GlobalCopy, ReplicaThing } from './global-copy.js'
import type { MerkleTree } from '../merkle/index.js'
import type { Tick } from '../values/index.js'
import type { CollectionDefinition, JsonObject, ViewDefinition } from '../wire/index.js'
import type { ChangeLog, ChangeLogOptions } from './change-log.js'
import type { FollowTarget, FollowTargetOptions } from './follow-target.js'
import type { LogPosition } from './log-position.js'
import type { OperationOptions } from './operation.js'
import type {
  DumpedChunk,
  DumpOptions,
  InventoryOptions,
  KeyAccess,
  KeyedRevision,
  KeyRange,
  RevisionAccess,
  TreeOptions,
} from './reading.js'
import type { TargetCollection, TargetRepair } from './target-collection.js'

/** Something that went differently than asked, without harm to the data. */
export interface ReplicaNotice {
  readonly kind: 'warning' | 'retry'
  readonly message: string
}

/** A replica that can be read: a server, a store or a dump directory. */
export interface Source {
  /** The address without credentials, for messages. */
  readonly address: string
  /** Name of the database; undefined for a directory that does not tell. */
  readonly database: string | undefined
  /** Takes a stable view of one database. */
  openSnapshot(options?: OperationOptions): Promise<Snapshot>
  /**
   * Opens the log of changes, for following. A dump directory has none.
   *
   * @throws RangeError when the log of all databases is asked of another one than `_system`
   */
  openLog?(options?: ChangeLogOptions): ChangeLog
  /**
   * Takes a stable view of all databases, as they are at one moment. A dump directory has one alone.
   *
   * @throws RangeError when that is asked of another database than `_system`
   */
  openGlobalSnapshot?(options?: OperationOptions): Promise<GlobalSnapshot>
  /** Called for warnings and retries until it is set again. */
  onNotice: (notice: ReplicaNotice) => void
  /** Gives back what the source holds; its snapshots are of no use afterwards. */
  close(): Promise<void>
}

/** How much of a collection there is, where the replica can tell without reading it. */
export interface CollectionSize {
  readonly documents: number | undefined
  /** Bytes that reading will pass through: compressed ones for a compressed file. */
  readonly bytes: number | undefined
}

/** A collection inside a snapshot. */
export interface SnapshotCollection {
  readonly definition: CollectionDefinition
  readonly size: CollectionSize
  /**
   * True where documents could not keep the revision they came with: comparing the collection by
   * revision with where it came from means nothing then. False where the replica cannot tell.
   */
  readonly hasReplacedRevisions: boolean
}

/** What a snapshot holds: collections in the order in which to create them, and views. */
export interface SnapshotInventory {
  /** Of the whole database, system collections included; documents before edges, then by name. */
  readonly collections: readonly SnapshotCollection[]
  readonly views: readonly ViewDefinition[]
  /** Attributes of the database, where known. */
  readonly properties: JsonObject | undefined
  /** True when a copy into this replica has begun and not ended. */
  readonly isCopyUnfinished: boolean
}

/** A stable view of one database; nothing written later shows up in it. */
export interface Snapshot {
  /** Position of the snapshot in the source's log; undefined for a directory that has none. */
  readonly tick: Tick | undefined
  /** The source's server id, decimal; undefined where there is none. */
  readonly serverId: string | undefined
  /** Tells what there is. */
  inventory(options?: InventoryOptions): Promise<SnapshotInventory>
  /**
   * Reads a collection in storage order. Pull-driven: nothing more is read than asked for, but for
   * read-ahead within `maxInFlightBytes`.
   */
  dump(collection: CollectionDefinition, options?: DumpOptions): AsyncIterable<DumpedChunk>
  /**
   * Gives the revision tree of a collection: the one that the replica keeps, or one that is built of
   * the data. Trees of equal data have equal counts and hashes; their ranges may differ.
   *
   * @throws DumpLineError when a line has no revision that a tree can hold
   */
  tree(collection: CollectionDefinition, options: TreeOptions): Promise<MerkleTree>
  /**
   * Opens a collection for looking up revisions without reading all of it: in stores, and on servers
   * where it is synced by revision.
   *
   * @returns undefined where a collection has to be read as a whole, as every one of a replica does
   *   that lacks this method: a dump directory, for one
   */
  seek?(
    collection: CollectionDefinition,
    options?: OperationOptions,
  ): Promise<RevisionAccess | undefined>
  /**
   * Opens a collection for comparing it in chunks by key: on servers, where revisions cannot be looked
   * up. Whoever opens it closes it.
   *
   * @returns undefined where the server does not know that way either
   */
  seekKeys?(
    collection: CollectionDefinition,
    options?: OperationOptions,
  ): Promise<KeyAccess | undefined>
  /**
   * Reads keys and revisions of a collection in the order of the bytes of the keys, in blocks of any
   * size: in stores.
   */
  readKeys?(
    collection: CollectionDefinition,
    range: KeyRange,
    options?: OperationOptions,
  ): AsyncIterable<readonly KeyedRevision[]>
  /** Gives the snapshot back: a server's batch is deleted. */
  close(): Promise<void>
}

/** A stable view of all databases of a replica. */
export interface GlobalSnapshot {
  /** As {@link Snapshot.tick}. */
  readonly tick: Tick | undefined
  /** As {@link Snapshot.serverId}. */
  readonly serverId: string | undefined
  /** Names of the databases: `_system` first, then in the order of their letters. */
  readonly databases: readonly string[]
  /**
   * One of the databases, whose snapshots are views of this one: all show the same moment. Whoever
   * takes it closes it, and this snapshot last.
   */
  source(database: string): Source
  /**
   * Asks whether the replica lacks something that this view does not show: a server leaves out what its
   * caller may not see, and a store has only a part of what is being copied into it. False when that is
   * not certain. Replicas without this method show everything that they have.
   */
  lacks?(thing: ReplicaThing, options?: OperationOptions): Promise<boolean>
  /** Gives the snapshot back. */
  close(): Promise<void>
}

/** A replica that can be written to, one copy at a time. */
export interface Target {
  readonly address: string
  readonly database: string
  /** False where there is no place for the mark "copy unfinished", as on servers. Default: true. */
  readonly keepsMark?: boolean | undefined
  /** Called for warnings and retries until it is set again; targets that lack it have none. */
  onNotice?: (notice: ReplicaNotice) => void
  /**
   * Begins a copy: from now until {@link TargetCopy.finish} the database says "copy unfinished", where
   * it keeps a mark.
   *
   * @param origin - address of the source, without credentials
   */
  beginCopy(origin: CopyOrigin): Promise<TargetCopy>
  /** Where the copy comes from that has begun and not ended; undefined when there is none. */
  unfinishedCopy(): Promise<CopyOrigin | undefined>
  /** A view of the target as it is now. Whoever opens it closes it. */
  openSnapshot(options?: OperationOptions): Promise<Snapshot>
  /**
   * Opens all databases of the replica, of which the target must be `_system`; closed with it.
   *
   * @throws RangeError for another database
   */
  openGlobal?(): Promise<GlobalTarget>
  /** Opens the target for following a leader, after a copy of it. */
  openFollow?(options?: FollowTargetOptions): Promise<FollowTarget>
  /**
   * Tells whether a collection of the target has the properties and indexes of another definition, so
   * that {@link TargetRepair.change} would do nothing. Default: compared as stores do.
   */
  fitsDefinition?(there: CollectionDefinition, wanted: CollectionDefinition): boolean
  /** Waits for what is being written. */
  close(): Promise<void>
}

/** All databases of a replica that can be written to. */
export interface GlobalTarget {
  /** Names of the databases that there are, in the order of {@link GlobalSnapshot.databases}. */
  databases(): Promise<readonly string[]>
  /**
   * One of the databases; one that is missing is made when a copy into it begins. It need not be
   * closed.
   */
  target(database: string): Target
  /** Drops a database with all that is in it; `_system` stays. */
  dropDatabase(database: string): Promise<void>
  /** Drops the collection of that name, if there is one; a system collection is truncated instead. */
  dropCollection(database: string, name: string): Promise<void>
  /** Drops the view of that name, if there is one. */
  dropView(database: string, name: string): Promise<void>
  /** How far a copy of all databases is that has begun and not ended; undefined if there is none. */
  unfinishedCopy(): Promise<GlobalCopy | undefined>
  /** Keeps how far a copy of all databases is; undefined once it has ended. */
  noteCopy(copy: GlobalCopy | undefined): Promise<void>
}

/** Where a copy comes from. */
export interface CopyOrigin {
  readonly address: string
  readonly serverId: string | undefined
  readonly tick: Tick | undefined
  /** Names of the only collections that it copies; without them it copies all that there are. */
  readonly collections?: readonly string[] | undefined
  /** The database that is copied, where it is known; for targets that tell of it. */
  readonly database?: CopiedDatabase | undefined
}

/** What is known of a database that is being copied. */
export interface CopiedDatabase {
  readonly name: string
  /** As {@link SnapshotInventory.properties}. */
  readonly properties: JsonObject | undefined
}

/** A copy on its way into a target. */
export interface TargetCopy {
  /**
   * Makes the collection empty and of this definition: one of the same globallyUniqueId, or of the
   * same name, is dropped first; a system collection is truncated instead.
   */
  replaceCollection(definition: CollectionDefinition): Promise<TargetCollection>
  /**
   * Opens the collection as it is, for repair: the one of the same globallyUniqueId, else, where
   * either side has none, the one of the same name. One that has another name by now is renamed, if
   * that name is free.
   *
   * @returns undefined when there is none, or one of another type: {@link replaceCollection} makes it
   */
  openCollection(definition: CollectionDefinition): Promise<TargetRepair | undefined>
  /** Opens the collection of that name as it is, to write into it; undefined when there is none. */
  fillCollection(name: string): Promise<TargetCollection | undefined>
  /** Drops the collection of that name, if there is one; a system collection is truncated instead. */
  dropCollection(name: string): Promise<void>
  /** A view of the target as it is now, with what was written so far. Whoever opens it closes it. */
  openSnapshot(options?: OperationOptions): Promise<Snapshot>
  /** Makes the view, replacing one of the same globallyUniqueId or name; an equal one stays. */
  replaceView(view: ViewDefinition): Promise<void>
  /**
   * Takes the mark "copy unfinished" away.
   *
   * @param position - from where the source's log goes on, where the target will follow it; saved
   *   together with the end of the copy
   */
  finish(position?: LogPosition): Promise<void>
}
