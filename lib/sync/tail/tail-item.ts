import type { Observable } from 'rxjs'
import type { ChangeGroup, LogPosition } from '../../replica/index.js'
import type { MarkerChunk } from '../../streams/index.js'
import type { Tick } from '../../values/index.js'
import type { Marker } from '../../wire/index.js'

/**
 * Something that a tail emits. An Observable cannot be slowed down by who listens, so items are held
 * instead: the tail reads on when nobody holds the last one any more (decision 0007).
 */
export interface TailItem {
  /**
   * Keeps the tail from reading on. To be called while the item is being emitted, or while it is
   * held by somebody else.
   *
   * @returns gives up this hold; a second call does nothing
   */
  hold(): () => void
}

/** A piece of the log. */
export interface TailChunk extends TailItem {
  /** Whole lines; none of them where the tail only tells how far it has come. */
  readonly markers: MarkerChunk
  /** How far the log is read with this chunk: nothing at or below it comes again. */
  readonly tick: Tick
  /** The leader as the last answer showed it. */
  readonly leader: TailLeader
  /** Tells collections by name. */
  readonly names: TailNames
  /** The tail from behind this chunk on, as a new Observable: where an error is got over. */
  rest(): Observable<TailChunk>
}

/** Whose log is followed, and where it ends. */
export interface TailLeader {
  /** Decimal. */
  readonly serverId: string
  /** Name of the database; undefined where all are followed. */
  readonly database: string | undefined
  /** Newest tick that the leader told. */
  readonly lastTick: Tick
  /** Nothing was left behind this chunk when the leader answered. */
  readonly isLevel: boolean
}

/** Finds the names of what markers speak of; learns from the markers that pass. */
export interface TailNames {
  /** Name of the marker's collection or view; undefined where nobody has told it. */
  collectionName(
    marker: Pick<Marker & { globallyUniqueId?: string }, 'globallyUniqueId'>,
  ): string | undefined
  /** Name of the marker's database. */
  databaseName(marker: Marker): string | undefined
}

/** Markers that belong together: a whole committed transaction, or some that stand alone. */
export interface TailGroup extends TailItem, ChangeGroup {
  readonly leader: TailLeader
  readonly names: TailNames
}

/** What a change does. `put` is an insert or an update: the log does not tell which. */
export type ChangeKind =
  | 'put'
  | 'insert'
  | 'update'
  | 'remove'
  | 'truncate'
  | 'create-database'
  | 'drop-database'
  | 'create-collection'
  | 'drop-collection'
  | 'rename-collection'
  | 'change-collection'
  | 'create-index'
  | 'drop-index'
  | 'create-view'
  | 'change-view'
  | 'drop-view'
  | 'unknown'

/** One change, committed. */
export interface ChangeEvent extends TailItem {
  /** `SERVERID-TICK`: the same each time that the change is delivered. */
  readonly id: string
  readonly kind: ChangeKind
  readonly tick: Tick
  readonly transactionId: Tick | undefined
  readonly database: string | undefined
  /** Name of the collection or view, where known. */
  readonly collection: string | undefined
  readonly globallyUniqueId: string | undefined
  /** Of `put`, `insert`, `update` and `remove`. */
  readonly key: string | undefined
  /** Text of the revision: the document's, or the removed one's where told. */
  readonly revision: string | undefined
  /** JSON text of the document, or of the definition; a view that is valid while the event is held. */
  readonly document: Buffer | undefined
  /** JSON text of the document before the change, where a local copy tells it. */
  readonly before: Buffer | undefined
  /** What to save once the event is dealt with; undefined inside a transaction but for its last. */
  readonly position: LogPosition | undefined
}
