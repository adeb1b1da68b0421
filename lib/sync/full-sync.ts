import {
  catchError,
  concat,
  concatMap,
  defer,
  finalize,
  from,
  ignoreElements,
  merge,
  of,
  Subject,
  tap,
  type Observable,
} from 'rxjs'
import type {
  SnapshotCollection,
  Source,
  Target,
  TargetCollection,
  TargetCopy,
} from '../replica/index.js'
import { usingResource } from '../streams/index.js'
import type { ViewDefinition } from '../wire/index.js'
import { anySignal } from './any-signal.js'
import { copyCollection } from './copy-collection.js'
import { beginCopy, planCopy, type CopyPlan } from './copy-plan.js'
import type { CollectionSelection } from './select-collections.js'
import {
  addTotals,
  NO_TOTALS,
  type CollectionTotals,
  type SyncEvent,
  type SyncNotice,
} from './sync-event.js'
import { UnfinishedCopyError } from './unfinished-copy-error.js'

/** How {@link fullSync} copies. */
export interface FullSyncOptions extends CollectionSelection {
  /** Ends the copy with an error; the target stays marked. */
  readonly signal?: AbortSignal | undefined
  /** Bytes that the copy may hold between source and target. Default: `IN_FLIGHT_BYTES_MAX`. */
  readonly maxInFlightBytes?: number | undefined
}

/**
 * Copies one database from a source into a target: collections and views are made anew, then filled,
 * then get their indexes. Cold: each subscription is one run. Ended early and started again, it ends
 * in the same state, since every collection is copied from its beginning.
 *
 * Errors before the target was touched come as they are; later ones as {@link UnfinishedCopyError},
 * which says what is complete. Completion and errors are told after the snapshot was given back.
 *
 * @throws UnknownCollectionError as an error of the Observable, when a chosen name does not exist
 */
export function fullSync(
  source: Source,
  target: Target,
  options: FullSyncOptions = {},
): Observable<SyncEvent> {
  return defer(() => {
    const notices$ = new Subject<SyncNotice>()
    source.onNotice = (notice) => {
      notices$.next(notice)
    }
    const copy$ = usingResource(
      (inner) => source.openSnapshot({ signal: anySignal(inner, options.signal) }),
      (snapshot) =>
        defer(() => planCopy(snapshot, source.address, target, options)).pipe(
          concatMap((plan) => runPlan(plan, target, options)),
        ),
      (snapshot) => snapshot.close(),
    )
    const endNotices = (): void => {
      notices$.complete()
    }
    return merge(notices$, copy$.pipe(finalize(endNotices)))
  })
}

function runPlan(plan: CopyPlan, target: Target, options: FullSyncOptions): Observable<SyncEvent> {
  return defer(() => beginCopy(plan, target)).pipe(
    concatMap((copy) => {
      const progress = new CopyProgress()
      return concat(
        of(startedEvent(plan)),
        fill(plan, copy, options).pipe(
          tap((event) => {
            progress.note(event)
          }),
        ),
        defer(async () => copy.finish()).pipe(ignoreElements()),
        defer(() => of(finishedEvent(plan, progress))),
      ).pipe(
        catchError((cause: unknown) => {
          throw progress.toError(plan, cause)
        }),
      )
    }),
  )
}

function fill(plan: CopyPlan, copy: TargetCopy, options: FullSyncOptions): Observable<SyncEvent> {
  const { signal, maxInFlightBytes } = options
  const { snapshot, collections } = plan
  const makeCollections = async (): Promise<TargetCollection[]> => {
    const made: TargetCollection[] = []
    for (const { definition } of collections) {
      signal?.throwIfAborted()
      made.push(await copy.replaceCollection(definition))
    }
    return made
  }
  const fillCollection = ([index, into]: [number, TargetCollection]): Observable<SyncEvent> => {
    const collection = collections[index] as SnapshotCollection
    return copyCollection({ snapshot, collection, into, index, maxInFlightBytes, signal })
  }
  const data$ = defer(makeCollections).pipe(
    concatMap((made) =>
      concat(
        makeViews(copy, plan.earlyViews),
        from(made.entries()).pipe(concatMap(fillCollection)),
      ),
    ),
  )
  return concat(data$, makeViews(copy, plan.lateViews))
}

function makeViews(copy: TargetCopy, views: readonly ViewDefinition[]): Observable<never> {
  return from(views).pipe(
    concatMap((view) => copy.replaceView(view)),
    ignoreElements(),
  )
}

function startedEvent({ source, target, snapshot, collections }: CopyPlan): SyncEvent {
  const sizes = collections.map(({ definition, size }) => ({ name: definition.name, size }))
  return { kind: 'started', source, target, tick: snapshot.tick, collections: sizes }
}

function finishedEvent(plan: CopyPlan, { complete }: CopyProgress): SyncEvent {
  return {
    kind: 'finished',
    tick: plan.snapshot.tick,
    collections: complete,
    views: plan.earlyViews.length + plan.lateViews.length,
    totals: complete.map(({ totals }) => totals).reduce(addTotals, NO_TOTALS),
  }
}

/** What of a run is done, kept for its end, good or bad. */
class CopyProgress {
  readonly complete: { readonly name: string; readonly totals: CollectionTotals }[] = []
  #current: { readonly collection: string; readonly documents: number } | undefined

  note(event: SyncEvent): void {
    if (event.kind === 'collection-started') {
      this.#current = { collection: event.collection, documents: 0 }
    } else if (event.kind === 'progress') {
      this.#current = { collection: event.collection, documents: event.totals.documents }
    } else if (event.kind === 'collection-finished') {
      this.#current = undefined
      this.complete.push({ name: event.collection, totals: event.totals })
    }
  }

  toError({ source, target, collections }: CopyPlan, cause: unknown): UnfinishedCopyError {
    const complete = this.complete.map(({ name }) => name)
    const collectionCount = collections.length
    const copy = { source, target, complete, collectionCount, current: this.#current }
    return new UnfinishedCopyError(copy, cause)
  }
}
