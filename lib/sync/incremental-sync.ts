import { concat, concatMap, defer, EMPTY, from, map, of, type Observable } from 'rxjs'
import { createMerklePool, type MerklePool } from '../merkle/index.js'
import type { Source, Target, TargetCopy } from '../replica/index.js'
import { usingResource } from '../streams/index.js'
import { fillCollection, startedEvent } from './copy-collection.js'
import type { CopyPlan } from './copy-plan.js'
import { fillPhases } from './fill-phases.js'
import { assertUntransformed, type FullSyncOptions } from './full-sync.js'
import { repairByKeys } from './keys/index.js'
import { observeWork } from './observe-work.js'
import { openCollections, type OpenedCollection } from './open-collections.js'
import { repairCollection, type CollectionRepair, type CopyNeeded } from './repair-collection.js'
import { repairByContent } from './repair-by-content.js'
import { RepairMeter } from './repair-meter.js'
import { runCopy } from './run-copy.js'
import { SourceCollection } from './source-collection.js'
import type { SyncEvent } from './sync-event.js'

/** How {@link incrementalSync} compares and copies. */
export interface IncrementalSyncOptions extends FullSyncOptions {
  /**
   * Threads that build trees where a replica keeps none; 0 builds in this one. Default:
   * `availableParallelism()`.
   */
  readonly workers?: number | undefined
}

/** What one run works with. */
interface IncrementalRun {
  readonly plan: CopyPlan
  readonly copy: TargetCopy
  readonly pool: MerklePool
  readonly options: IncrementalSyncOptions
}

/**
 * Makes the collections and views of a target equal to those of a source by moving only what differs,
 * found through the revision trees of both sides. The end is that of {@link fullSync}: collections
 * that the target lacks are made and filled, properties and indexes are those of the source, and
 * collections that only the target has stay. Cold: each subscription is one run. Ended early and
 * started again, it goes on with what still differs.
 *
 * Where a server does not look up revisions, as those before 3.8, a store is compared with it in chunks
 * by key.
 *
 * A collection is copied as a whole where its revisions cannot be compared, which is told as a
 * warning: a server that knows neither way, documents without a revision, documents at the target that could not
 * keep theirs, a collection that was renamed. Where the target removes by key, as servers do, such a
 * collection is compared by content instead.
 *
 * Errors come as those of `fullSync`; a TreesDifferError is the cause of one when the trees are not
 * equal after everything that differed was moved.
 *
 * @throws RangeError at the call, with transforms; UnknownCollectionError as an error of the Observable, when a chosen name does not exist
 */
export function incrementalSync(
  source: Source,
  target: Target,
  options: IncrementalSyncOptions = {},
): Observable<SyncEvent> {
  const { workers } = options
  assertUntransformed(options, 'compared with the source')
  return runCopy({ source, target, options, isIncremental: true }, (plan, copy) =>
    usingResource(
      () => Promise.resolve(createMerklePool({ workers })),
      (pool) => bringUpAll({ plan, copy, pool, options }),
      (pool) => pool.close(),
    ),
  )
}

function bringUpAll(run: IncrementalRun): Observable<SyncEvent> {
  const { plan, copy, options } = run
  return defer(() => openCollections(copy, plan.collections, options.signal)).pipe(
    concatMap((opened) =>
      fillPhases(plan, copy, opened, (entries) =>
        from(entries).pipe(concatMap(([index, one]) => bringUp(run, one, index))),
      ),
    ),
  )
}

/** Repairs a collection, or copies it where that is what it takes. */
function bringUp(
  run: IncrementalRun,
  opened: OpenedCollection,
  index: number,
): Observable<SyncEvent> {
  return defer(() => {
    const meter = new RepairMeter()
    let needed: CopyNeeded | undefined
    const first$ =
      opened.kind === 'fill'
        ? copyWhole(run, opened, index, opened, meter)
        : observeWork<SyncEvent>(async (emit, signal) => {
            needed = await repair(run, opened, { index, meter, signal, emit })
          }, run.options.signal)
    const rest$ = defer(() =>
      needed === undefined ? EMPTY : copyWhole(run, opened, index, needed, meter),
    )
    return concat(of(startedEvent(opened.collection, index)), first$, rest$)
  })
}

async function repair(
  { plan: { snapshot }, copy, pool, options: { maxInFlightBytes } }: IncrementalRun,
  { collection, into, oldName }: Extract<OpenedCollection, { kind: 'repair' }>,
  one: Pick<CollectionRepair, 'index' | 'meter' | 'signal' | 'emit'>,
): Promise<CopyNeeded | undefined> {
  const { meter, signal, emit } = one
  const reading = { snapshot, pool, signal, onTransfer: meter.onTransfer }
  const source = new SourceCollection(collection, reading)
  const ends = { ...one, copy, into, maxInFlightBytes }
  const needed = await repairCollection({ ...ends, source, oldName, pool })
  if (needed?.reason === undefined) return needed
  if (into.removeKeys === undefined) {
    if (needed.lacksRevisions !== true) return needed
    return repairByKeys({ ...ends, snapshot, collection, oldName, needed })
  }
  const { reason, isChanged = false } = needed
  const message = `collection "${collection.definition.name}" is compared by content: ${reason}`
  emit({ kind: 'warning', message })
  return repairByContent({ ...ends, snapshot, collection, isChanged })
}

/** Copies all of a collection, and says why where something had to be given up for it. */
function copyWhole(
  { plan: { snapshot }, copy, options: { signal, maxInFlightBytes } }: IncrementalRun,
  { collection, kind, into: opened }: OpenedCollection,
  index: number,
  { reason }: CopyNeeded,
  meter: RepairMeter,
): Observable<SyncEvent> {
  const { definition } = collection
  const copy$ = defer(async () =>
    kind === 'fill' ? opened : copy.replaceCollection(definition),
  ).pipe(
    concatMap((into) =>
      fillCollection({
        snapshot,
        collection,
        into,
        index,
        maxInFlightBytes,
        signal,
        onTransfer: meter.onTransfer,
      }),
    ),
    map((event): SyncEvent =>
      event.kind === 'collection-finished' ? { ...event, repair: meter.totals } : event,
    ),
  )
  if (reason === undefined) return copy$
  const message = `collection "${definition.name}" is copied as a whole: ${reason}`
  return concat(of<SyncEvent>({ kind: 'warning', message }), copy$)
}
