import { concatMap, defer, type Observable } from 'rxjs'
import { IN_FLIGHT_BYTES_MAX } from '../core/index.js'
import type {
  SnapshotCollection,
  Source,
  Target,
  TargetCollection,
  TargetCopy,
} from '../replica/index.js'
import type { TransformRunner } from '../streams/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { CollectionMissingError, type CopyParts } from './copy-parts.js'
import { copyCollection } from './copy-collection.js'
import type { CopyPlan } from './copy-plan.js'
import { fillPhases } from './fill-phases.js'
import { mergeSettled } from './merge-settled.js'
import { runCopy } from './run-copy.js'
import type { CollectionSelection } from './select-collections.js'
import type { SyncEvent } from './sync-event.js'

/** How {@link fullSync} copies. */
export interface FullSyncOptions extends CollectionSelection, CopyParts {
  /** Ends the copy with an error; the target stays marked. */
  readonly signal?: AbortSignal | undefined
  /** Bytes that the copy may hold between source and target. Default: `IN_FLIGHT_BYTES_MAX`. */
  readonly maxInFlightBytes?: number | undefined
  /**
   * Collections that are filled at one time; they share `maxInFlightBytes`. Default: 1. An incremental
   * run goes through them one by one.
   */
  readonly collectionsAtOnce?: number | undefined
  /**
   * The target is going to follow the source: from where the source's log goes on is saved together
   * with the end of the copy. Default: false.
   */
  readonly isFollowed?: boolean | undefined
  /**
   * Transforms what is copied: collections take the names and definitions that it plans, documents
   * become what it makes of them, and go to other collections where it says so. Not in an
   * incremental run, nor with `isFollowed`: both compare the target with the source. Whoever made it
   * closes it.
   */
  readonly transform?: TransformRunner | undefined
}

/**
 * Copies one database from a source into a target: collections and views are made anew, then filled,
 * then get their indexes. Cold: each subscription is one run. Ended early and started again, it ends
 * in the same state, since every collection is copied from its beginning.
 *
 * Errors before the target was touched come as they are; later ones as UnfinishedCopyError,
 * which says what is complete. Completion and errors are told after the snapshot was given back.
 *
 * @throws RangeError at the call, when `collectionsAtOnce` is not a whole number from 1 on, or a
 *   transform does not fit; UnknownCollectionError and UnknownViewError as errors of the Observable,
 *   when a chosen name does not exist; a TransformPlanError, when what transforms make of the
 *   collections cannot be copied; a CollectionsExistError where nothing is to be replaced; a
 *   FollowReplicaError where a source is to be followed that cannot be
 */
export function fullSync(
  source: Source,
  target: Target,
  options: FullSyncOptions = {},
): Observable<SyncEvent> {
  assertCount(options.collectionsAtOnce)
  if (options.isFollowed === true) assertUntransformed(options, 'followed')
  return runCopy({ source, target, options }, (plan, copy) => fill(plan, copy, options))
}

function fill(plan: CopyPlan, copy: TargetCopy, options: FullSyncOptions): Observable<SyncEvent> {
  const { signal, maxInFlightBytes = IN_FLIGHT_BYTES_MAX, collectionsAtOnce = 1, data } = options
  const { snapshot, collections } = plan
  const atOnce = Math.max(1, Math.min(collectionsAtOnce, collections.length))
  const makeCollections = async (): Promise<TargetCollection[]> => {
    const made: TargetCollection[] = []
    for (const { definition } of collections) {
      signal?.throwIfAborted()
      made.push(await openOne(plan, copy, definition, options))
    }
    return made
  }
  const fillOne = (
    [index, into]: readonly [number, TargetCollection],
    inner: AbortSignal,
  ): Observable<SyncEvent> => {
    const collection = toFill(collections[index] as SnapshotCollection, options)
    const share = maxInFlightBytes / atOnce
    const ends = { snapshot, collection, into, index, data }
    return copyCollection({ ...ends, maxInFlightBytes: share, signal: inner })
  }
  return defer(makeCollections).pipe(
    concatMap((made) =>
      fillPhases(plan, copy, made, (entries) => mergeSettled(entries, { atOnce, signal }, fillOne)),
    ),
  )
}

async function openOne(
  { target }: CopyPlan,
  copy: TargetCopy,
  definition: CollectionDefinition,
  { definitions = true }: FullSyncOptions,
): Promise<TargetCollection> {
  if (definitions) return copy.replaceCollection(definition)
  const there = await copy.fillCollection(definition.name)
  if (there === undefined) throw new CollectionMissingError(definition.name, target)
  return there
}

/** Indexes belong to the definition. */
function toFill(
  collection: SnapshotCollection,
  { definitions = true }: FullSyncOptions,
): SnapshotCollection {
  if (definitions) return collection
  return { ...collection, definition: { ...collection.definition, indexes: [] } }
}

/**
 * A target of other documents cannot be compared with its source.
 *
 * @throws RangeError when there are transforms
 */
export function assertUntransformed({ transform }: FullSyncOptions, how: string): void {
  if (transform === undefined) return
  throw new RangeError(`Cannot copy with transforms: the target would have to be ${how}`)
}

function assertCount(collectionsAtOnce = 1): void {
  if (Number.isSafeInteger(collectionsAtOnce) && collectionsAtOnce >= 1) return
  throw new RangeError('Cannot copy: collectionsAtOnce must be a whole number from 1 on')
}
