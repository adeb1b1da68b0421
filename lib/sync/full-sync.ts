import { concat, concatMap, defer, from, type Observable } from 'rxjs'
import type {
  SnapshotCollection,
  Source,
  Target,
  TargetCollection,
  TargetCopy,
} from '../replica/index.js'
import { copyCollection } from './copy-collection.js'
import type { CopyPlan } from './copy-plan.js'
import { makeViews, runCopy } from './run-copy.js'
import type { CollectionSelection } from './select-collections.js'
import type { SyncEvent } from './sync-event.js'

/** How {@link fullSync} copies. */
export interface FullSyncOptions extends CollectionSelection {
  /** Ends the copy with an error; the target stays marked. */
  readonly signal?: AbortSignal | undefined
  /** Bytes that the copy may hold between source and target. Default: `IN_FLIGHT_BYTES_MAX`. */
  readonly maxInFlightBytes?: number | undefined
  /**
   * The target is going to follow the source: from where the source's log goes on is saved together
   * with the end of the copy. Default: false.
   */
  readonly isFollowed?: boolean | undefined
}

/**
 * Copies one database from a source into a target: collections and views are made anew, then filled,
 * then get their indexes. Cold: each subscription is one run. Ended early and started again, it ends
 * in the same state, since every collection is copied from its beginning.
 *
 * Errors before the target was touched come as they are; later ones as UnfinishedCopyError,
 * which says what is complete. Completion and errors are told after the snapshot was given back.
 *
 * @throws UnknownCollectionError as an error of the Observable, when a chosen name does not exist;
 *   a FollowReplicaError where a source is to be followed that cannot be
 */
export function fullSync(
  source: Source,
  target: Target,
  options: FullSyncOptions = {},
): Observable<SyncEvent> {
  return runCopy({ source, target, options }, (plan, copy) => fill(plan, copy, options))
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
