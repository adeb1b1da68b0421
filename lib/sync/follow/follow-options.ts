import type { SchedulerLike } from 'rxjs'
import type { LogPosition } from '../../replica/index.js'
import type { IncrementalSyncOptions } from '../incremental-sync.js'
import type { ResumeOptions } from '../tail/resume-on-error.js'
import type { TailOptions } from '../tail/tail-options.js'

/** How a target follows, be it one database or all of them. */
export interface FollowingOptions extends Pick<TailOptions, 'chunkBytes' | 'idleMs' | 'waitMs'> {
  /** Where there has to be a copy first, move only what differs. Default: false. */
  readonly incremental?: boolean | undefined
  /**
   * `copy` begins with a copy wherever the target stands; a position is where the log is read from,
   * whatever the target has saved. Default: where the target stands, with a copy where that is nowhere.
   */
  readonly begin?: 'copy' | LogPosition | undefined
  /** `caught-up` completes once nothing is left in the leader's log. Default: goes on for ever. */
  readonly until?: 'caught-up' | undefined
  /**
   * What to do where the log cannot be read on from where the target stands: `fail`, move what
   * differs and go on behind that (`resync`), or, where markers are missing, go on behind those
   * (`skip`), which leaves the target without what they told. Default: `fail`.
   */
  readonly onGap?: 'fail' | 'resync' | 'skip' | undefined
  /** How errors that pass are waited for. */
  readonly resume?: ResumeOptions | undefined
  /** Milliseconds between two events of progress. Default: 1,000. */
  readonly progressMs?: number | undefined
  /** Called with how many markers of a chunk were of collections that are not followed. */
  readonly onExcluded?: ((markers: number) => void) | undefined
  /** Tells time. Default: that of the process. */
  readonly scheduler?: SchedulerLike | undefined
}

/** How `followReplica` follows one database. */
export interface FollowOptions
  extends FollowingOptions, Omit<IncrementalSyncOptions, 'isFollowed'> {}
