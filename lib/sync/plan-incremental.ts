import { concatMap, defer, from, type Observable } from 'rxjs'
import { createMerklePool, type MerklePool } from '../merkle/index.js'
import type { Snapshot, SnapshotCollection, Source, Target } from '../replica/index.js'
import { readAhead, usingResource } from '../streams/index.js'
import { fitsDefinition } from '../store/index.js'
import { anySignal } from './any-signal.js'
import { assertSharesRevisions } from './assert-shares-revisions.js'
import { checkRenamed } from './check-renamed.js'
import {
  chooseWay,
  compareAligned,
  seekTarget,
  type ComparedTrees,
  type TargetCollectionView,
} from './compare-collection.js'
import { compareContents } from './compare-contents.js'
import { planCopy, type CopyPlan } from './copy-plan.js'
import { findCounterpart } from './find-counterpart.js'
import { IncomparableError, NoRevisionsError } from './incomparable-error.js'
import type { IncrementalSyncOptions } from './incremental-sync.js'
import { planByKeys } from './keys/index.js'
import { mergeRevisions } from './merge-revisions.js'
import { observeWork } from './observe-work.js'
import { runToEnd } from './run-to-end.js'
import { SourceCollection } from './source-collection.js'

/** What an incremental run would do with one collection. */
export interface PlannedCollection {
  readonly collection: string
  /**
   * `create`: the target has none. `copy`: all of it is copied. `repair`: what differs is moved.
   * `truncate`: the source has no documents. `nothing`: the documents are equal.
   */
  readonly action: 'create' | 'copy' | 'repair' | 'truncate' | 'nothing'
  /**
   * Why a collection that is there is copied as a whole, or, at a server, compared by content;
   * undefined when it is empty.
   */
  readonly reason?: string | undefined
  /** Ranges of revisions in which the trees differ. */
  readonly ranges: number
  /** Revisions that were looked at one by one to know it, of both sides. */
  readonly revisionsCompared: number
  /** Documents that would come from the source; undefined where it cannot tell. */
  readonly fetch: number | undefined
  /** Documents of the target that would be removed or replaced. */
  readonly remove: number
  /** Properties or indexes of a collection that is there would be changed. */
  readonly changesDefinition: boolean
}

/** The target of a plan: a target, or a source where it is only read. */
export type PlannedTarget = Pick<
  Target,
  'address' | 'openSnapshot' | 'keepsMark' | 'fitsDefinition'
>

/** As {@link PlannedCollection}, before the definitions were compared. */
type PlannedDocuments = Omit<PlannedCollection, 'changesDefinition'>

/** Both ends of a plan, as they are now. */
interface PlanRun {
  readonly plan: CopyPlan
  readonly there: Snapshot | undefined
  readonly pool: MerklePool
  readonly signal: AbortSignal | undefined
  readonly fits: typeof fitsDefinition
  /** What cannot be compared by revision is compared by content, and not copied as a whole. */
  readonly comparesContents: boolean
  readonly maxInFlightBytes: number | undefined
}

/**
 * Tells what {@link incrementalSync} would do with each collection, and does nothing: the target is
 * only read. Both sides are compared in the same way, revision by revision where the trees differ.
 *
 * @param target - as it can be read; undefined when there is none yet, so that everything is made
 * @param options - the selection, and threads for trees
 * @throws UnknownCollectionError as an error of the Observable, when a chosen name does not exist
 */
export function planIncremental(
  source: Source,
  target: PlannedTarget | undefined,
  options: IncrementalSyncOptions = {},
): Observable<PlannedCollection> {
  const { signal, workers, maxInFlightBytes } = options
  const address = target?.address ?? ''
  const fits = target?.fitsDefinition?.bind(target) ?? fitsDefinition
  const comparesContents = target?.keepsMark === false
  const means = { signal, maxInFlightBytes, fits, comparesContents }
  const open = (replica: PlannedTarget, inner: AbortSignal): Promise<Snapshot> =>
    replica.openSnapshot({ signal: anySignal(inner, signal) })
  const close = (snapshot: Snapshot | undefined): Promise<void> =>
    snapshot?.close() ?? Promise.resolve()
  const withPool = (plan: CopyPlan, there: Snapshot | undefined): Observable<PlannedCollection> =>
    usingResource(
      () => Promise.resolve(createMerklePool({ workers })),
      (pool) => planAll({ plan, there, pool, ...means }),
      (pool) => pool.close(),
    )
  return usingResource(
    (inner) => open(source, inner),
    (snapshot) =>
      defer(() => planCopy(snapshot, source.address, address, options)).pipe(
        concatMap((plan) =>
          usingResource(
            async (inner) => (target === undefined ? undefined : open(target, inner)),
            (there) => withPool(plan, there),
            close,
          ),
        ),
      ),
    close,
  )
}

/**
 * Plans as {@link planIncremental} does, for callers that want a promise.
 *
 * @param onPlanned - sees each collection as soon as it is planned
 * @returns the collections, in the order in which they would be brought up
 */
export async function runPlanIncremental(
  source: Source,
  target: PlannedTarget | undefined,
  options: IncrementalSyncOptions = {},
  onPlanned: (planned: PlannedCollection) => void = () => undefined,
): Promise<readonly PlannedCollection[]> {
  const all: PlannedCollection[] = []
  await runToEnd(planIncremental(source, target, options), (planned) => {
    onPlanned(planned)
    all.push(planned)
  })
  return all
}

function planAll(run: PlanRun): Observable<PlannedCollection> {
  const { plan, there, signal } = run
  return defer(async () => (await there?.inventory({ signal }))?.collections ?? []).pipe(
    concatMap((present) =>
      from(plan.collections).pipe(
        concatMap((collection) =>
          observeWork<PlannedCollection>(async (emit, inner) => {
            emit(await planCollection(run, collection, present, inner))
          }, signal),
        ),
      ),
    ),
  )
}

async function planCollection(
  run: PlanRun,
  collection: SnapshotCollection,
  present: readonly SnapshotCollection[],
  signal: AbortSignal,
): Promise<PlannedCollection> {
  const { definition } = collection
  const found = findCounterpart(definition, present)
  const counterpart = found?.definition.type === definition.type ? found : undefined
  const changesDefinition =
    counterpart !== undefined && !run.fits(counterpart.definition, definition)
  const { there } = run
  const documents =
    there === undefined || counterpart === undefined
      ? wholeOf(collection, 'create', found)
      : await planDocuments(run, collection, { snapshot: there, collection: counterpart }, signal)
  return { ...documents, changesDefinition }
}

async function planDocuments(
  run: PlanRun,
  collection: SnapshotCollection,
  target: TargetCollectionView,
  signal: AbortSignal,
): Promise<PlannedDocuments> {
  const { pool, comparesContents } = run
  const { snapshot } = run.plan
  const onTransfer = (): void => undefined
  const source = new SourceCollection(collection, { snapshot, pool, signal, onTransfer })
  const { definition } = collection
  const counterpart = target.collection
  const build = { pool, signal }
  try {
    const way = await chooseWay(source, counterpart)
    if (way === 'copy') return wholeOf(collection, 'copy', counterpart)
    if (way === 'equal') return nothingFor(definition.name)
    const trees = await compareAligned(source, target, build)
    if (comparesContents) await assertSharesRevisions({ source, target, trees, signal })
    if (trees.sourceTree.count > 0) {
      const { name } = counterpart.definition
      const oldName = name === definition.name ? undefined : name
      await checkRenamed({ source, target, trees, oldName, signal })
    }
    return await planRepair(source, target, trees, signal)
  } catch (error) {
    if (!(error instanceof IncomparableError)) throw error
    const { message: reason } = error
    if (comparesContents) {
      return { ...(await planContents(run, collection, target, signal)), reason }
    }
    const lacksRevisions = error instanceof NoRevisionsError
    return planKeysOrCopy(run, collection, target, { reason, lacksRevisions, signal })
  }
}

interface KeysQuestion {
  /** Why a comparison by revision cannot be. */
  readonly reason: string
  /** The source only lacks revisions. */
  readonly lacksRevisions: boolean
  readonly signal: AbortSignal
}

/** Counts what a comparison by key would move, where the source knows that way. */
async function planKeysOrCopy(
  { plan: { snapshot } }: PlanRun,
  collection: SnapshotCollection,
  target: TargetCollectionView,
  { reason, lacksRevisions, signal }: KeysQuestion,
): Promise<PlannedDocuments> {
  const copy = { ...wholeOf(collection, 'copy', target.collection), reason }
  if (!lacksRevisions) return copy
  const { name } = collection.definition
  try {
    const planned = await planByKeys(snapshot, collection, target, signal)
    return planned === undefined ? copy : { collection: name, ...planned }
  } catch (error) {
    if (!(error instanceof IncomparableError)) throw error
    return { ...copy, reason: error.message }
  }
}

/** Counts what a comparison of contents would move. */
async function planContents(
  { plan: { snapshot }, maxInFlightBytes }: PlanRun,
  { definition }: SnapshotCollection,
  target: TargetCollectionView,
  signal: AbortSignal,
): Promise<PlannedDocuments> {
  const there = { snapshot: target.snapshot, definition: target.collection.definition }
  const found = { fetch: 0, remove: 0 }
  const options = { maxInFlightBytes, signal }
  for await (const { kind } of compareContents({ snapshot, definition }, there, options)) {
    if (kind !== 'surplus') found.fetch += 1
    if (kind !== 'missing') found.remove += 1
  }
  const isEqual = found.fetch + found.remove === 0
  return { ...nothingFor(definition.name), ...found, action: isEqual ? 'nothing' : 'repair' }
}

async function planRepair(
  source: SourceCollection,
  target: TargetCollectionView,
  { sourceTree, targetTree, ranges }: ComparedTrees,
  signal: AbortSignal,
): Promise<PlannedDocuments> {
  const { name: collection } = source.collection.definition
  if (ranges.length === 0) return nothingFor(collection)
  const found = { ranges: ranges.length, revisionsCompared: 0, fetch: 0, remove: 0 }
  if (sourceTree.count === 0) {
    return { collection, action: 'truncate', ...found, remove: targetTree.count }
  }
  const local = await seekTarget(target)
  await source.withAccess(ranges, async (remote) => {
    const theirs = readAhead(remote.revisions(ranges, { signal }))
    const ours = readAhead(local.revisions(ranges, { signal }))
    for await (const { onlyA, onlyB, compared } of mergeRevisions(theirs, ours)) {
      found.revisionsCompared += compared
      found.fetch += onlyA.length
      found.remove += onlyB.length
    }
  })
  return { collection, action: 'repair', ...found }
}

/** What copying all of a collection means. */
function wholeOf(
  { definition, size }: SnapshotCollection,
  action: 'create' | 'copy',
  counterpart: SnapshotCollection | undefined,
): PlannedDocuments {
  const remove = counterpart?.size.documents ?? 0
  const fetch = size.documents
  return { collection: definition.name, action, ranges: 0, revisionsCompared: 0, fetch, remove }
}

function nothingFor(collection: string): PlannedDocuments {
  return { collection, action: 'nothing', ranges: 0, revisionsCompared: 0, fetch: 0, remove: 0 }
}
