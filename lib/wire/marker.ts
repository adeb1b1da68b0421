import type { Tick } from '../values/index.js'
import type { MARKER_TYPE } from './marker-type.js'

/**
 * How a marker stands on its line: `wal` is that of `/_api/wal/tail`, which names the database and
 * tells collections by their globallyUniqueId; `logger` is that of the older `logger-follow`, with
 * `database`, `cid` and `cname`.
 */
export type MarkerForm = 'wal' | 'logger'

/** What every marker says. */
export interface MarkerHead {
  /** How it stood on its line; what it is written in unless asked otherwise. */
  readonly form: MarkerForm
  /** Its position in the log; ticks never fall, but markers of one transaction may share one. */
  readonly tick: Tick
  /** Name of the database; undefined in the form `logger`. */
  readonly databaseName: string | undefined
  /** Id of the database, decimal; undefined in the form `wal`. */
  readonly databaseId: string | undefined
}

/** Of which collection or view a marker speaks; at least one of the three is known but in oddities. */
export interface MarkerObject extends MarkerHead {
  /** The globallyUniqueId (`cuid`); the form `logger` leaves it out now and then. */
  readonly globallyUniqueId: string | undefined
  /** Id on the leader (`cid`), decimal; undefined in the form `wal`. */
  readonly collectionId: string | undefined
  /** Name at the time of reading (`cname`); undefined in the form `wal`. */
  readonly collectionName: string | undefined
}

/** A database was made. */
export interface CreateDatabaseMarker extends MarkerHead {
  /** What happened; tells the markers apart. */
  readonly kind: 'create-database'
  /** The number of the type, as it stands on the line. */
  readonly type: typeof MARKER_TYPE.createDatabase
  /** JSON text of its definition, a view of the line. */
  readonly data: Buffer
}

/** A database was dropped with all that it held. */
export interface DropDatabaseMarker extends MarkerHead {
  /** What happened; tells the markers apart. */
  readonly kind: 'drop-database'
  /** The number of the type, as it stands on the line. */
  readonly type: typeof MARKER_TYPE.dropDatabase
}

/** A collection, an index or a view was made or changed, or an index dropped. */
export interface DefinitionMarker extends MarkerObject {
  /** What happened; tells the markers apart. */
  readonly kind:
    | 'create-collection'
    | 'rename-collection'
    | 'change-collection'
    | 'create-index'
    | 'drop-index'
    | 'create-view'
    | 'change-view'
  /** The number of the type, as it stands on the line. */
  readonly type:
    | typeof MARKER_TYPE.createCollection
    | typeof MARKER_TYPE.renameCollection
    | typeof MARKER_TYPE.changeCollection
    | typeof MARKER_TYPE.createIndex
    | typeof MARKER_TYPE.dropIndex
    | typeof MARKER_TYPE.createView
    | typeof MARKER_TYPE.changeView
  /** JSON text of what changed: a definition, `{name}` or `{id}`; a view of the line. */
  readonly data: Buffer
}

/** A collection was dropped or truncated, or a view dropped. */
export interface EndMarker extends MarkerObject {
  /** What happened; tells the markers apart. */
  readonly kind: 'drop-collection' | 'truncate-collection' | 'drop-view'
  /** The number of the type, as it stands on the line. */
  readonly type:
    | typeof MARKER_TYPE.dropCollection
    | typeof MARKER_TYPE.truncateCollection
    | typeof MARKER_TYPE.dropView
  /** JSON text `{id,name}` that only the form `logger` has. */
  readonly data: Buffer | undefined
}

/** A transaction begins, or ends in one of two ways. */
export interface TransactionMarker extends MarkerHead {
  /** What happened; tells the markers apart. */
  readonly kind: 'begin' | 'commit' | 'abort'
  /** The number of the type, as it stands on the line. */
  readonly type: typeof MARKER_TYPE.begin | typeof MARKER_TYPE.commit | typeof MARKER_TYPE.abort
  /** Id of the transaction. */
  readonly transactionId: Tick
}

/** A document was inserted, updated or replaced: the log does not tell which. */
export interface DocumentMarker extends MarkerObject {
  /** What happened; tells the markers apart. */
  readonly kind: 'document'
  /** 2301 only where a server before 3.0 said so of an edge. */
  readonly type: typeof MARKER_TYPE.document | typeof MARKER_TYPE.edge
  /** Id of the transaction; 0 for an operation that stands alone. */
  readonly transactionId: Tick
  /** The document's `_key`, never empty. */
  readonly key: string
  /** The text of the document's `_rev`; undefined when it has none, or one that is not text. */
  readonly revisionText: string | undefined
  /** The whole document's JSON text, the very bytes that came: a view of the line. */
  readonly data: Buffer
}

/** A document was removed. */
export interface RemovalMarker extends MarkerObject {
  /** What happened; tells the markers apart. */
  readonly kind: 'removal'
  /** The number of the type, as it stands on the line. */
  readonly type: typeof MARKER_TYPE.removal
  /** Id of the transaction; 0 for an operation that stands alone. */
  readonly transactionId: Tick
  /** Key of the document that was removed, never empty. */
  readonly key: string
  /** The text of the removed revision; undefined, `''` or `'0'` where the leader does not know it. */
  readonly revisionText: string | undefined
}

/** A marker of a type that is not known here, kept as it came. */
export interface UnknownMarker extends MarkerHead {
  /** What happened; tells the markers apart. */
  readonly kind: 'unknown'
  /** The number that it has. */
  readonly type: number
  /** The marker's whole JSON object, a view of the line. */
  readonly bytes: Buffer
}

/** One record of the write-ahead log. */
export type Marker =
  | CreateDatabaseMarker
  | DropDatabaseMarker
  | DefinitionMarker
  | EndMarker
  | TransactionMarker
  | DocumentMarker
  | RemovalMarker
  | UnknownMarker
