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
import type {
  CopyOrigin,
  LogPosition,
  Snapshot,
  Source,
  Target,
  TargetCopy,
} from '../replica/index.js'
import { usingResource, type TransformRunner } from '../streams/index.js'
import type { ViewDefinition } from '../wire/index.js'
import { anySignal } from './any-signal.js'
import { assertNoneThere, type CopyParts } from './copy-parts.js'
import { CopyProgress } from './copy-progress.js'
import { beginCopy, planCopy, type BegunCopy, type CopyPlan } from './copy-plan.js'
import { positionOfSnapshot } from './follow/position-of-snapshot.js'
import type { CollectionSelection } from './select-collections.js'
import type { SyncEvent, SyncNotice, SyncStarted } from './sync-event.js'
import { transformPlan } from './transform/transformed-copy.js'

/** What of the options every run heeds. */
interface RunOptions extends CollectionSelection, CopyParts {
  readonly signal?: AbortSignal | undefined
  readonly isFollowed?: boolean | undefined
  readonly transform?: TransformRunner | undefined
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
        defer(() => planRun(run, snapshot)).pipe(
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

async function planRun(
  { source, target, options }: CopyRun,
  snapshot: Snapshot,
): Promise<CopyPlan> {
  const plan = await planCopy(snapshot, source.address, target.address, options)
  const { transform, definitions, overwrite } = options
  if (transform === undefined) return plan
  return transformPlan(plan, transform, { database: source.database, definitions, overwrite })
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

/**
 * Looks whether something would be replaced, where that is not wanted. A server may have its database
 * only once the copy has begun, and keeps no mark of it.
 */
async function beginRun({ source, target, options }: CopyRun, plan: CopyPlan): Promise<BegunCopy> {
  const { overwrite = true, signal } = options
  const keepsMark = target.keepsMark !== false
  if (!overwrite && keepsMark) {
    await assertNoneThere(plan, (opening) => target.openSnapshot(opening), signal)
  }
  const begun = await beginCopy(plan, target, source.database)
  if (!overwrite && !keepsMark) {
    await assertNoneThere(plan, (opening) => begun.copy.openSnapshot(opening), signal)
  }
  return begun
}

function runPlan(
  run: CopyRun,
  plan: CopyPlan,
  position: LogPosition | undefined,
  fill: (plan: CopyPlan, copy: TargetCopy) => Observable<SyncEvent>,
): Observable<SyncEvent> {
  const { target, isIncremental } = run
  const started = { ...startedEvent(plan), ...(isIncremental === true ? { isIncremental } : {}) }
  return defer(() => beginRun(run, plan)).pipe(
    concatMap(({ copy, earlier }) => {
      const progress = new CopyProgress(plan, target.keepsMark !== false)
      const into = plan.transforms?.watch(copy) ?? copy
      return concat(
        of(started),
        from(plan.warnings ?? []).pipe(map(toWarning)),
        fill(plan, into).pipe(
          tap((event) => {
            progress.note(event)
          }),
        ),
        defer(() => lostKeys(run, plan, into)).pipe(concatMap((lost) => lost.map(toWarning))),
        earlier === undefined
          ? defer(async () => into.finish(position)).pipe(ignoreElements())
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

/** Only a store knows how many documents it has: a server's count may lag, a directory has all lines. */
async function lostKeys(
  { target, options }: CopyRun,
  { transforms }: CopyPlan,
  copy: TargetCopy,
): Promise<readonly string[]> {
  if (transforms === undefined || target.keepsMark === false) return []
  return transforms.lostKeys(copy, options.signal)
}

function toWarning(message: string): SyncEvent {
  return { kind: 'warning', message }
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
