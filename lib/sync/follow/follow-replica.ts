import {
  asyncScheduler,
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  identity,
  map,
  merge,
  of,
  retry,
  Subject,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import type {
  FollowedCollections,
  FollowTarget,
  LogPosition,
  Source,
  Target,
} from '../../replica/index.js'
import { sync } from '../sync.js'
import type { SyncEvent, SyncNotice } from '../sync-event.js'
import type { IncrementalSyncOptions } from '../incremental-sync.js'
import { failOnAbort } from '../tail/fail-on-abort.js'
import { filterCollections, filterOperations } from '../tail/filters.js'
import { followTail } from '../tail/follow-tail.js'
import { groupTransactions } from '../tail/group-transactions.js'
import { resumeOnError, type ResumeOptions } from '../tail/resume-on-error.js'
import type { ChangeKind } from '../tail/tail-item.js'
import type { TailOptions } from '../tail/tail-options.js'
import { applyTo, type AppliedGroups } from './apply-to.js'
import { atPace } from './at-pace.js'
import { decideBegin } from './decide-begin.js'
import {
  addFollowed,
  NOTHING_FOLLOWED,
  type FollowEvent,
  type FollowGap,
  type FollowProgress,
  type FollowTotals,
} from './follow-event.js'
import { FollowReplicaError } from './follow-replica-error.js'
import { normaliseSelection, wantsSystem } from './followed-selection.js'
import { gapOf } from './gap-of.js'
import { LagMeter } from './lag-meter.js'
import { ResyncLimit } from './resync-limit.js'

const PROGRESS_MS = 1000

/** As a copy does, following leaves views out where collections were chosen (client notes, 1.5). */
const KINDS_WITHOUT_VIEWS: readonly ChangeKind[] = [
  'put',
  'remove',
  'truncate',
  'create-collection',
  'drop-collection',
  'rename-collection',
  'change-collection',
  'create-index',
  'drop-index',
  'unknown',
]

/** How {@link followReplica} follows. */
export interface FollowOptions
  extends
    Omit<IncrementalSyncOptions, 'isFollowed'>,
    Pick<TailOptions, 'chunkBytes' | 'idleMs' | 'waitMs'> {
  /** Where there has to be a copy first, move only what differs. Default: false. */
  readonly incremental?: boolean | undefined
  /** `caught-up` completes once nothing is left in the leader's log. Default: goes on for ever. */
  readonly until?: 'caught-up' | undefined
  /**
   * What to do where the log cannot be read on from where the target stands: `fail`, or move what
   * differs and go on behind that (`resync`). Default: `fail`.
   */
  readonly onGap?: 'fail' | 'resync' | undefined
  /** How errors that pass are waited for. */
  readonly resume?: ResumeOptions | undefined
  /** Milliseconds between two events of progress. Default: 1,000. */
  readonly progressMs?: number | undefined
  /** Tells time. Default: that of the process. */
  readonly scheduler?: SchedulerLike | undefined
}

/**
 * Copies a database into a target and keeps it equal from then on: what the log of the source tells
 * is applied, whole transactions in their order, and how far that has come is saved in the target
 * together with the data. Ended at any moment, by a crash too, and begun again, it goes on from there
 * without another copy. Cold: each subscription is one run; it never completes by itself unless
 * `until` says so.
 *
 * Collections that were not chosen are left alone. The choice belongs to the position: another one
 * is refused, or with `incremental` brought up to date first.
 *
 * @throws as errors of the Observable: FollowReplicaError when it cannot begin or had to be
 *   synchronised too often, a TailError where the log does not go on from the position, a FollowError
 *   when a marker cannot be applied, UnfinishedCopyError when a copy ended early
 */
export function followReplica(
  source: Source,
  target: Target,
  options: FollowOptions = {},
): Observable<FollowEvent> {
  return defer(async () => openRun(source, target, options)).pipe(concatMap(runRounds))
}

/** Runs between one gap and the next share this. */
interface FollowRun {
  readonly source: Source
  readonly target: Target
  readonly followed: FollowTarget
  readonly options: FollowOptions
  readonly selection: FollowedCollections
  readonly scheduler: SchedulerLike
  readonly limit: ResyncLimit
  readonly meter: LagMeter
  totals: FollowTotals
}

async function openRun(source: Source, target: Target, options: FollowOptions): Promise<FollowRun> {
  if (source.openLog === undefined) {
    const reason = 'it has no log of changes; a server or a store has one'
    throw new FollowReplicaError('ERR_FOLLOW_SOURCE', source.address, reason)
  }
  if (target.openFollow === undefined) {
    const reason = `${target.address} cannot keep how far it has come; a store can`
    throw new FollowReplicaError('ERR_FOLLOW_TARGET', source.address, reason)
  }
  const { scheduler = asyncScheduler, collections, exclude, includeSystem } = options
  const now = (): number => scheduler.now()
  return {
    source,
    target,
    followed: await target.openFollow(),
    options,
    selection: { collections, exclude, includeSystem },
    scheduler,
    limit: new ResyncLimit(now),
    meter: new LagMeter(now),
    totals: NOTHING_FOLLOWED,
  }
}

/** A round ends in a gap, and the next one begins with copying what differs. */
function runRounds(run: FollowRun): Observable<FollowEvent> {
  let gap: FollowGap | undefined
  const round$ = defer(() => (gap === undefined ? begin(run) : resync(run, gap)))
  const toNextRound = (error: unknown): Observable<true> => {
    gap = gapOf(error)
    if (gap === undefined || run.options.onGap !== 'resync') throw error
    if (!run.limit.takesAnother()) {
      const reason = `it had to be synchronised anew too often; the last time since: ${gap.message}`
      const { address } = run.source
      throw new FollowReplicaError('ERR_FOLLOW_RESYNCS', address, reason, { cause: error })
    }
    return of(true)
  }
  return round$.pipe(retry({ delay: toNextRound }))
}

function begin(run: FollowRun): Observable<FollowEvent> {
  const { source, followed, options, selection } = run
  const { incremental = false } = options
  const wish = { source: source.address, database: source.database, selection, incremental }
  return defer(async () => decideBegin(await followed.position(), wish)).pipe(
    concatMap(({ kind }) => concat(kind === 'copy' ? copy(run, incremental) : EMPTY, tail(run))),
  )
}

function resync(run: FollowRun, gap: FollowGap): Observable<FollowEvent> {
  run.totals = { ...run.totals, resyncs: run.totals.resyncs + 1 }
  return concat(of(gap), copy(run, true), tail(run))
}

function copy(
  { source, target, options, selection }: FollowRun,
  incremental: boolean,
): Observable<SyncEvent> {
  const { signal, maxInFlightBytes, workers } = options
  const copyOptions = { ...selection, signal, maxInFlightBytes, workers, incremental }
  return sync(source, target, { ...copyOptions, isFollowed: true })
}

function tail(run: FollowRun): Observable<FollowEvent> {
  const { source, target, followed } = run
  return defer(async () => {
    const position = await followed.position()
    if (position !== undefined) return position
    const reason = `an earlier copy into ${target.address} is not complete: finish that one first`
    throw new FollowReplicaError('ERR_FOLLOW_TARGET', source.address, reason)
  }).pipe(
    concatMap((position) => {
      run.limit.begin()
      return concat(
        of<FollowEvent>({
          kind: 'follow-started',
          source: source.address,
          target: target.address,
          position,
        }),
        follow(run, position),
      )
    }),
  )
}

function follow(run: FollowRun, position: LogPosition): Observable<FollowEvent> {
  const { source, followed, options, selection, scheduler } = run
  const { chunkBytes, idleMs, waitMs, signal, until, progressMs = PROGRESS_MS } = options
  return defer(() => {
    const notices$ = new Subject<SyncNotice>()
    const onNotice = (notice: SyncNotice): void => {
      notices$.next(notice)
    }
    source.onNotice = onNotice
    const kept = normaliseSelection(selection)
    const isRestricted = kept?.collections !== undefined || kept?.exclude !== undefined
    const followed$ = followTail(source, {
      from: position,
      includeSystem: wantsSystem(selection),
      follow: until !== 'caught-up',
      keepsLog: true,
      chunkBytes,
      idleMs,
      waitMs,
      scheduler,
      onNotice,
    }).pipe(
      resumeOnError({ scheduler, onNotice, ...options.resume }),
      failOnAbort(signal),
      filterCollections(selection),
      isRestricted ? filterOperations(KINDS_WITHOUT_VIEWS) : identity,
      groupTransactions({ after: position }),
      applyTo(followed, {
        toPosition: (reached) => (kept === undefined ? reached : { ...reached, selection: kept }),
        now: () => scheduler.now(),
      }),
      map((applied) => toProgress(run, applied)),
      atPace(progressMs, scheduler),
      finalize(() => {
        notices$.complete()
      }),
    )
    return merge(notices$, followed$)
  })
}

function toProgress(run: FollowRun, applied: AppliedGroups): FollowProgress {
  const { position, result, leader, isLevel } = applied
  run.totals = addFollowed(run.totals, result)
  return {
    kind: 'followed',
    position,
    totals: run.totals,
    leaderTick: leader.lastTick,
    ...run.meter.measure(position, leader.lastTick, isLevel),
  }
}
