import type { Observable, SchedulerLike } from 'rxjs'
import type {
  FollowedCollections,
  FollowTarget,
  LogPosition,
  Source,
  Target,
} from '../../replica/index.js'
import type { CollectionSelection } from '../select-collections.js'
import type { SyncNotice } from '../sync-event.js'
import type { FollowGap, FollowProgress, FollowStarted, FollowTotals } from './follow-event.js'
import type { FollowingOptions } from './follow-options.js'
import type { LagMeter } from './lag-meter.js'
import type { ResyncLimit } from './resync-limit.js'

/** A log and who follows it: of one database, or of all. */
export interface FollowedLog<Copied> {
  readonly source: Source
  readonly target: Target
  /** All databases. */
  readonly isGlobal: boolean
  readonly options: FollowingOptions &
    CollectionSelection & { readonly signal?: AbortSignal | undefined }
  /** Copies the source, and saves from where its log goes on. */
  readonly copy: (incremental: boolean) => Observable<Copied>
}

/** What happens while a log is followed, copies left out. */
export type FollowLogEvent = FollowStarted | FollowProgress | FollowGap | SyncNotice

/** Runs between one gap and the next share this. */
export interface FollowRun<Copied = unknown> extends FollowedLog<Copied> {
  readonly followed: FollowTarget
  readonly selection: FollowedCollections
  readonly scheduler: SchedulerLike
  readonly limit: ResyncLimit
  readonly meter: LagMeter
  totals: FollowTotals
  /** Where the target stands by what was read of the log in this run; undefined after a copy. */
  reached: LogPosition | undefined
  /** Markers that are missing behind {@link reached} are done without. */
  isSkipping: boolean
}
