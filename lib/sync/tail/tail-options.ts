import type { SchedulerLike } from 'rxjs'
import type { ChangeLogOptions, LogPosition, ReplicaNotice } from '../../replica/index.js'
import type { Tick } from '../../values/index.js'

/** Shortest and longest pause between two requests to a leader that has nothing new. */
export interface IdlePause {
  /** Milliseconds; at least 250. Default: 1000. */
  readonly min?: number | undefined
  /** Milliseconds; at least `min`. Default: 2500, or `min` where that is more. */
  readonly max?: number | undefined
}

/** Where a tail begins, and how it goes on. */
export interface TailOptions extends ChangeLogOptions {
  /**
   * The first marker is the one above this tick; `start` is as far back as the log goes, `now` is
   * what comes after the subscription. A position is checked against the leader, and read on from
   * its `resumeTick`.
   */
  readonly from: Tick | 'start' | 'now' | LogPosition
  /**
   * What to do where markers right behind `from` are no longer in the log: `refuse` fails with
   * `ERR_TAIL_GAP`, `allow` goes on with what there is, and tells so. Markers that are missing later
   * fail in any case. Default: `refuse`, but for a reading from tick 0, where it is `allow`.
   */
  readonly missing?: 'refuse' | 'allow' | undefined
  /** Goes on when there is nothing left to read; false ends there. Default: true. */
  readonly follow?: boolean | undefined
  readonly idleMs?: IdlePause | undefined
  /** How long a leader that can may wait for something new, in milliseconds; 0 polls. Default: 30,000. */
  readonly waitMs?: number | undefined
  /**
   * Does not sign off when it ends, so that the leader keeps its log for a while: whoever saves how far
   * it came wants to go on there. Default: false.
   */
  readonly keepsLog?: boolean | undefined
  /** Aborting it fails the tail with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Keeps time. Default: RxJS's `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined
  /** Told of what went differently than asked, without harm to the data. */
  readonly onNotice?: ((notice: ReplicaNotice) => void) | undefined
}
