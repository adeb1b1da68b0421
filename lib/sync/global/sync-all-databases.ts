import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  of,
  Subject,
  tap,
  throwError,
  type Observable,
} from 'rxjs'
import type { Source, Target } from '../../replica/index.js'
import { usingResource } from '../../streams/index.js'
import { anySignal } from '../any-signal.js'
import { observeWork } from '../observe-work.js'
import { sync } from '../sync.js'
import { addTotals, NO_TOTALS, type SyncFinished, type SyncNotice } from '../sync-event.js'
import { concernsAll } from './concerns-all.js'
import {
  causeOf,
  DatabasesUnfinishedError,
  describeFailure,
  type FailedDatabase,
} from './databases-unfinished-error.js'
import { dropExtra, dropThing } from './drop-extra.js'
import {
  globalStarted,
  noteComplete,
  openGlobalSnapshot,
  planGlobalSync,
  type GlobalPlan,
  type SyncAllOptions,
} from './global-plan.js'
import type {
  DatabaseSyncEvent,
  ExtraDropped,
  FinishedDatabase,
  GlobalSyncEvent,
  GlobalSyncFinished,
  PlannedDatabase,
} from './global-sync-event.js'

/** What of a run is done. */
interface GlobalRun {
  readonly plan: GlobalPlan
  readonly options: SyncAllOptions
  readonly finished: FinishedDatabase[]
  readonly failures: FailedDatabase[]
  readonly dropped: ExtraDropped[]
}

/**
 * Makes all databases of a target equal to those of a source, one after the other, each as `sync`
 * does it. All are read in one snapshot, so the target shows one moment of the source. Databases that
 * the target lacks are made; what only the target has stays, or is dropped with `deleteExtra`, at the
 * end of its database and, where it is one itself, once all others are complete. Cold: each
 * subscription is one run.
 *
 * A database that fails does not keep others from being brought up, unless what it failed with would
 * fail all of them. A run that ended early and is begun again copies only what was not complete; in
 * databases that were, what differs since is moved.
 *
 * @param source - its database `_system`, of a server or a store
 * @param target - its database `_system`
 * @throws as errors of the Observable: DatabasesUnfinishedError; errors before the target was
 *   touched as they are; a RangeError for another database than `_system`, and for replicas that have
 *   one alone
 */
export function syncAllDatabases(
  source: Source,
  target: Target,
  options: SyncAllOptions = {},
): Observable<GlobalSyncEvent> {
  return defer(() => {
    const notices$ = new Subject<SyncNotice>()
    source.onNotice = (notice) => {
      notices$.next(notice)
    }
    const all$ = usingResource(
      (inner) => openGlobalSnapshot(source, anySignal(inner, options.signal)),
      (snapshot) =>
        defer(() => planGlobalSync(source, target, snapshot, options)).pipe(
          concatMap((plan) => runAll({ plan, options, finished: [], failures: [], dropped: [] })),
        ),
      (snapshot) => snapshot.close(),
    )
    const endNotices = (): void => {
      notices$.complete()
    }
    return merge(notices$, all$.pipe(finalize(endNotices)))
  })
}

function runAll(run: GlobalRun): Observable<GlobalSyncEvent> {
  const { plan, failures } = run
  return concat(
    of(globalStarted(plan)),
    defer(() => noteComplete(plan)).pipe(ignoreElements()),
    from(plan.databases.entries()).pipe(
      concatMap(([index, planned]) => bringUp(run, planned, index)),
    ),
    defer(() => (failures.length > 0 ? throwError(() => toError(run)) : finish(run))),
  )
}

/** Brings one database up; that it cannot be is told and kept for the end. */
function bringUp(
  run: GlobalRun,
  planned: PlannedDatabase,
  index: number,
): Observable<GlobalSyncEvent> {
  const { plan, options } = run
  const { database } = planned
  const copied$ = usingResource(
    () => Promise.resolve(plan.snapshot.source(database)),
    (source) => concat(copy(run, planned, source), deleteExtra(run, source)),
    (source) => source.close(),
  )
  const noted$ = defer(async () => {
    plan.complete.add(database)
    await noteComplete(plan)
  }).pipe(ignoreElements())
  return concat(
    of<GlobalSyncEvent>({ kind: 'database-started', index, ...planned }),
    copied$,
    noted$,
  ).pipe(
    catchError((error: unknown) => {
      run.failures.push({ database, error })
      const failed$ = of(toFailed(database, index, error))
      const isOver = options.signal?.aborted === true || concernsAll(error)
      return isOver
        ? concat(
            failed$,
            throwError(() => toError(run)),
          )
        : failed$
    }),
  )
}

function copy(
  { plan, options, finished }: GlobalRun,
  planned: PlannedDatabase,
  source: Source,
): Observable<DatabaseSyncEvent> {
  const { database, isIncremental } = planned
  const { deleteExtra: _extra, systemLast: _last, isFollowed: _followed, ...rest } = options
  const into = plan.target.target(database)
  return sync(source, into, { ...rest, incremental: isIncremental }).pipe(
    tap((event) => {
      if (event.kind === 'finished') finished.push(toFinished(planned, event))
    }),
    map((event) => ({ database, ...event })),
  )
}

function deleteExtra(
  { plan, options, dropped }: GlobalRun,
  source: Source,
): Observable<ExtraDropped | SyncNotice> {
  if (options.deleteExtra !== true) return EMPTY
  return observeWork<ExtraDropped | SyncNotice>(async (emit, signal) => {
    const { snapshot, target } = plan
    await dropExtra(source, { snapshot, target, emit: noting(dropped, emit), signal })
  }, options.signal)
}

/** Keeps what was dropped, for the end. */
function noting(
  dropped: ExtraDropped[],
  emit: (event: ExtraDropped | SyncNotice) => void,
): (event: ExtraDropped | SyncNotice) => void {
  return (event) => {
    if (event.kind === 'dropped') dropped.push(event)
    emit(event)
  }
}

/** Everything is there, so now, and not before, databases go that only the target has. */
function finish({
  plan,
  options,
  finished,
  dropped,
}: GlobalRun): Observable<ExtraDropped | SyncNotice | GlobalSyncFinished> {
  const { snapshot, target, extra } = plan
  const isDeleting = options.deleteExtra === true
  return observeWork<ExtraDropped | SyncNotice | GlobalSyncFinished>(async (emit, signal) => {
    const kept = new Set(extra)
    const dropping = { snapshot, target, emit: noting(dropped, emit), signal }
    for (const database of isDeleting ? extra : []) {
      const thing = { database, what: 'database', name: database } as const
      if (await dropThing(thing, dropping)) kept.delete(database)
    }
    // In this order: with a position it does not matter what is noted.
    await plan.savePosition?.()
    await target.noteCopy(undefined)
    emit({
      kind: 'databases-finished',
      tick: snapshot.tick,
      databases: finished,
      kept: [...kept],
      dropped: dropped.map(({ database, what, name }) => ({ database, what, name })),
      totals: finished.map(({ totals }) => totals).reduce(addTotals, NO_TOTALS),
    })
  }, options.signal)
}

function toFinished(
  planned: PlannedDatabase,
  { collections, views, totals, repair }: SyncFinished,
): FinishedDatabase {
  const figures = { collections: collections.length, views, totals }
  return { ...planned, ...figures, ...(repair === undefined ? {} : { repair }) }
}

function toFailed(database: string, index: number, error: unknown): GlobalSyncEvent {
  const code = codeOf(causeOf(error)) ?? codeOf(error)
  return { kind: 'database-failed', database, index, code, message: describeFailure(error) }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function toError({ plan, failures, finished }: GlobalRun): DatabasesUnfinishedError {
  return new DatabasesUnfinishedError({
    source: plan.source,
    failures,
    complete: finished.map(({ database }) => database),
    databaseCount: plan.databases.length,
  })
}
