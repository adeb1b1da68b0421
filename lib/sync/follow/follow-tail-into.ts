import { defer, finalize, identity, map, merge, Subject, tap, type Observable } from 'rxjs'
import type { LogPosition } from '../../replica/index.js'
import type { SyncNotice } from '../sync-event.js'
import { failOnAbort } from '../tail/fail-on-abort.js'
import { filterCollections, filterOperations } from '../tail/filters.js'
import { followTail } from '../tail/follow-tail.js'
import { groupTransactions } from '../tail/group-transactions.js'
import { resumeOnError } from '../tail/resume-on-error.js'
import type { ChangeKind, TailChunk } from '../tail/tail-item.js'
import { applyTo, type AppliedGroups } from './apply-to.js'
import { atPace } from './at-pace.js'
import { addFollowed, type FollowProgress } from './follow-event.js'
import type { FollowLogEvent, FollowRun } from './follow-run.js'
import { normaliseSelection, wantsSystem } from './followed-selection.js'

const PROGRESS_MS = 1000

/** As a copy does, following leaves views out where collections were chosen (client notes, 1.5). */
const KINDS_WITHOUT_VIEWS: readonly ChangeKind[] = [
  'put',
  'remove',
  'truncate',
  'create-database',
  'drop-database',
  'create-collection',
  'drop-collection',
  'rename-collection',
  'change-collection',
  'create-index',
  'drop-index',
  'unknown',
]

/** Reads the log from a position on, and applies what it tells. */
export function followTailInto(run: FollowRun, from: LogPosition): Observable<FollowLogEvent> {
  return defer(() => {
    const notices$ = new Subject<SyncNotice>()
    const onNotice = (notice: SyncNotice): void => {
      notices$.next(notice)
    }
    run.source.onNotice = onNotice
    const followed$ = readChosen(run, from, onNotice).pipe(
      groupTransactions({ after: from }),
      applyTo(run.followed, applyOptions(run)),
      map((applied) => toProgress(run, applied)),
      atPace(run.options.progressMs ?? PROGRESS_MS, run.scheduler),
      finalize(() => {
        notices$.complete()
      }),
    )
    return merge(notices$, followed$)
  })
}

/** The log without what is not followed. */
function readChosen(
  { source, isGlobal, options, selection, scheduler, isSkipping }: FollowRun,
  from: LogPosition,
  onNotice: (notice: SyncNotice) => void,
): Observable<TailChunk> {
  const { chunkBytes, idleMs, waitMs, signal, until, onExcluded } = options
  const kept = normaliseSelection(selection)
  const isRestricted = kept?.collections !== undefined || kept?.exclude !== undefined
  let lines = 0
  return followTail(source, {
    from,
    isGlobal,
    includeSystem: wantsSystem(selection),
    includeFoxxQueues: selection.includeFoxxQueues,
    missing: isSkipping ? 'allow' : 'refuse',
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
    tap(({ markers }) => {
      lines = markers.lineCount
    }),
    filterCollections(selection),
    isRestricted ? filterOperations(KINDS_WITHOUT_VIEWS) : identity,
    tap(({ markers }) => {
      if (lines > markers.lineCount) onExcluded?.(lines - markers.lineCount)
    }),
  )
}

function applyOptions({ selection, scheduler, options }: FollowRun) {
  const kept = normaliseSelection(selection)
  return {
    toPosition: (reached: LogPosition): LogPosition =>
      kept === undefined ? reached : { ...reached, selection: kept },
    // What was told where to begin has to begin there once more after a crash.
    savesFirst: typeof options.begin === 'object',
    now: () => scheduler.now(),
  }
}

function toProgress(run: FollowRun, applied: AppliedGroups): FollowProgress {
  const { position, result, leader, isLevel } = applied
  run.totals = addFollowed(run.totals, result)
  run.reached = position
  return {
    kind: 'followed',
    position,
    totals: run.totals,
    leaderTick: leader.lastTick,
    ...run.meter.measure(position, leader.lastTick, isLevel),
  }
}
