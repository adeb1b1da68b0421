import type { MarkerChunk } from '../streams/index.js'
import type { Tick } from '../values/index.js'
import type { LogPosition } from './log-position.js'
import type { OperationOptions, WriteResult } from './operation.js'

/** Markers that are applied together. */
export interface ChangeGroup {
  /** Set for a whole committed transaction; undefined for markers each of which stands alone. */
  readonly transactionId: Tick | undefined
  /** Database of the transaction, where told. */
  readonly databaseName: string | undefined
  readonly markerCount: number
  /** Bytes of their lines. */
  readonly bytes: number
  /** What to save once the group is dealt with. */
  readonly position: LogPosition
  /**
   * Their lines in order, without begin and commit. Read synchronously, out of a temporary file where
   * there are many, so that a store can write them in one of its transactions. Valid until the group
   * is dealt with.
   */
  chunks(): Iterable<MarkerChunk>
}

/** What applying groups did. */
export interface ApplyGroupsResult extends WriteResult {
  /** Markers applied, definitions included. */
  readonly markers: number
  /** Databases, collections, indexes and views that were made, changed or dropped. */
  readonly definitions: number
}

/** A target that follows a leader: changes and the position in the log become durable together. */
export interface FollowTarget {
  /** Where the data stands; undefined when it follows nobody, or a copy into it has begun since. */
  position(): Promise<LogPosition | undefined>
  /**
   * Applies groups in order, all of them and the last one's position in one transaction: after a
   * crash either all are there or none. Without groups only `position` is saved.
   *
   * @throws FollowError when a marker cannot be applied; nothing of this call is written then
   */
  apply(
    groups: readonly ChangeGroup[],
    position: LogPosition,
    options?: OperationOptions,
  ): Promise<ApplyGroupsResult>
}

/** How a target follows. */
export interface FollowTargetOptions {
  /** The log is of all databases, which are made and dropped as it says. Default: false. */
  readonly isGlobal?: boolean | undefined
  /** Pass over markers of types that are not known, instead of a {@link FollowError}. Default: false. */
  readonly ignoresUnknown?: boolean | undefined
}
