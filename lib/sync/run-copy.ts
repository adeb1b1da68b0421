import {
  catchError,
  concat,
  concatMap,
  defer,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  of,
  Subject,
  tap,
  type Observable,
} from 'rxjs'
import type { CopyOrigin, LogPosition, Source, Target, TargetCopy } from '../replica/index.js'
import { usingResource } from '../streams/index.js'
import type { ViewDefinition } from '../wire/index.js'
import { anySignal } from './any-signal.js'
import { CopyProgress } from './copy-progress.js'
import { beginCopy, planCopy, type CopyPlan } from './copy-plan.js'
import { positionOfSnapshot } from './follow/position-of-snapshot.js'
import type { CollectionSelection } from './select-collections.js'
import type { SyncEvent, SyncNotice, SyncStarted } from './sync-event.js'

/** What of the options every run heeds. */
interface RunOptions extends CollectionSelection {
  readonly signal?: AbortSignal | undefined
  readonly isFollowed?: boolean | undefined
}

/** The two ends of a run, and what every run does the same way. */
export interface CopyRun {
  readonly source: Source
  readonly target: Target
  readonly options: RunOptions
  /** Added to the event that begins the run. */
  readonly isIncremental?: true
}

/**
 * Runs a copy from its begin to its end: takes the snapshot, plans, marks the target, lets `fill` do
 * what makes this copy different from others, takes the mark away, gives the snapshot back. Notices
 * of both ends come in between.
 *
 * @param fill - makes the collections and views, and fills them
 */
export function runCopy(
  run: CopyRun,
  fill: (plan: CopyPlan, copy: TargetCopy) => Observable<SyncEvent>,
): Observable<SyncEvent> {
  const { source, target, options } = run
  return defer(() => {
    const notices$ = new Subject<SyncNotice>()
    const onNotice = (notice: SyncNotice): void => {
      notices$.next(notice)
    }
    source.onNotice = onNotice
    if (target.onNotice !== undefined) target.onNotice = onNotice
    const copy$ = usingResource(
      (inner) => source.openSnapshot({ signal: anySignal(inner, options.signal) }),
      (snapshot) =>
        defer(() => planCopy(snapshot, source.address, target.address, options)).pipe(
          map((plan) => ({ plan, position: followedFrom(run, plan) })),
          concatMap(({ plan, position }) => runPlan(run, plan, position, fill)),
        ),
      (snapshot) => snapshot.close(),
    )
    const endNotices = (): void => {
      notices$.complete()
    }
    return merge(notices$, copy$.pipe(finalize(endNotices)))
  })
}

/** Makes views of a plan, one after the other. */
export function makeViews(copy: TargetCopy, views: readonly ViewDefinition[]): Observable<never> {
  return from(views).pipe(
    concatMap((view) => copy.replaceView(view)),
    ignoreElements(),
  )
}

/** Found before the target is touched: a source that cannot be followed is not copied either. */
function followedFrom(
  { source, options }: CopyRun,
  { snapshot }: CopyPlan,
): LogPosition | undefined {
  return options.isFollowed === true ? positionOfSnapshot(snapshot, source, options) : undefined
}

function runPlan(
  { target, isIncremental }: CopyRun,
  plan: CopyPlan,
  position: LogPosition | undefined,
  fill: (plan: CopyPlan, copy: TargetCopy) => Observable<SyncEvent>,
): Observable<SyncEvent> {
  const started = { ...startedEvent(plan), ...(isIncremental === true ? { isIncremental } : {}) }
  return defer(() => beginCopy(plan, target)).pipe(
    concatMap(({ copy, earlier }) => {
      const progress = new CopyProgress(plan, target.keepsMark !== false)
      return concat(
        of(started),
        fill(plan, copy).pipe(
          tap((event) => {
            progress.note(event)
          }),
        ),
        earlier === undefined
          ? defer(async () => copy.finish(position)).pipe(ignoreElements())
          : defer(() => keepMark(target, earlier)),
        defer(() => of(progress.toFinished())),
      ).pipe(
        catchError((cause: unknown) => {
          throw progress.toError(cause)
        }),
      )
    }),
  )
}

/** Leaves the target marked with a copy that was not completed. */
async function keepMark(target: Target, earlier: CopyOrigin): Promise<SyncEvent> {
  await target.beginCopy(earlier)
  const reason = `a copy of ${earlier.address} into it is not complete`
  return { kind: 'warning', message: `${target.address} stays marked "copy unfinished": ${reason}` }
}

function startedEvent({ source, target, snapshot, collections }: CopyPlan): SyncStarted {
  const sizes = collections.map(({ definition, size }) => ({ name: definition.name, size }))
  return { kind: 'started', source, target, tick: snapshot.tick, collections: sizes }
}
