import type { Tick } from '../values/index.js'

/** How far somebody has followed the log of a leader: what a checkpoint holds. */
export interface LogPosition {
  /** The leader's server id, decimal: ticks mean nothing to another one. */
  readonly serverId: string
  /** Name of the database that is followed; undefined where all of them are. */
  readonly database: string | undefined
  /** Tick of the last marker that was dealt with: nothing at or below it needs to come again. */
  readonly tick: Tick
  /**
   * Where to read on: at or below {@link tick}, and below the begin of every transaction that was
   * open there. What is read again and ends at or below `tick` was dealt with already.
   */
  readonly resumeTick: Tick
  /** Ids of the transactions that had begun at or below {@link tick}, and not ended. */
  readonly openTransactions: readonly Tick[]
  /** Which collections were followed so far; undefined where the position is of all of them. */
  readonly selection?: FollowedCollections | undefined
}

/** Which collections of a database are followed: all but system ones where nothing else is said. */
export interface FollowedCollections {
  /** Only these names. */
  readonly collections?: readonly string[] | undefined
  /** Not these names. */
  readonly exclude?: readonly string[] | undefined
  /** Also collections whose name begins with `_`. */
  readonly includeSystem?: boolean | undefined
  /** With system collections also `_jobs` and `_queues`. */
  readonly includeFoxxQueues?: boolean | undefined
}
