import { concat, concatMap, defer, from, of, type Observable } from 'rxjs'
import {
  createMerklePool,
  type BuildProgress,
  type MerklePool,
  type MerkleTree,
} from '../merkle/index.js'
import type { Snapshot, SnapshotCollection, Source } from '../replica/index.js'
import { usingResource } from '../streams/index.js'
import { anySignal } from './any-signal.js'
import { observeWork } from './observe-work.js'
import { runToEnd } from './run-to-end.js'
import { selectCollections, type CollectionSelection } from './select-collections.js'
import { NO_TOTALS, type CollectionProgress, type CollectionStarted } from './sync-event.js'

/** How {@link treeSource} builds. */
export interface TreeSourceOptions extends CollectionSelection {
  readonly signal?: AbortSignal | undefined
  /** Threads that read and hash; 0 builds in this one. Default: `availableParallelism()`. */
  readonly workers?: number | undefined
}

/** The revision tree of one collection. */
export interface CollectionTree {
  readonly kind: 'tree'
  readonly collection: string
  readonly tree: MerkleTree
  /** Removals of an old dump that were passed over; a tree cannot take a document back. */
  readonly removals: number
}

/** What happens while trees are built; `kind` tells which. */
export type TreeEvent = CollectionStarted | CollectionProgress | CollectionTree

/** What one run works with. */
interface TreeRun {
  readonly snapshot: Snapshot
  readonly pool: MerklePool
  readonly signal: AbortSignal | undefined
}

/**
 * Gives the revision tree of every chosen collection of a source, in the order of its inventory: the
 * one that a store keeps, or one that is built from a dump. One pool of threads builds them all, one
 * collection after the other.
 *
 * A tree has 4 MB of leaves; who does not keep the events of kind `tree` needs the memory of one.
 *
 * @throws UnknownCollectionError as an error of the Observable, when a chosen name does not exist
 */
export function treeSource(source: Source, options: TreeSourceOptions = {}): Observable<TreeEvent> {
  const { signal, workers } = options
  const inSnapshot = (pool: MerklePool): Observable<TreeEvent> =>
    usingResource(
      (inner) => source.openSnapshot({ signal: anySignal(inner, signal) }),
      (snapshot) =>
        defer(() => snapshot.inventory({ signal })).pipe(
          concatMap(({ collections }) =>
            from(selectCollections(collections, options, source.address)),
          ),
          concatMap((collection, index) =>
            concat(
              of(startedEvent(collection, index)),
              collectionTree({ snapshot, pool, signal }, collection),
            ),
          ),
        ),
      (snapshot) => snapshot.close(),
    )
  return usingResource(
    () => Promise.resolve(createMerklePool({ workers })),
    inSnapshot,
    (pool) => pool.close(),
  )
}

/**
 * Builds as {@link treeSource} does, for callers that want a promise and have room for all trees.
 *
 * @param onEvent - sees what happens
 * @returns the trees of the collections, in the order of the inventory
 */
export async function buildSourceTrees(
  source: Source,
  options: TreeSourceOptions = {},
  onEvent: (event: TreeEvent) => void = () => undefined,
): Promise<readonly CollectionTree[]> {
  const trees: CollectionTree[] = []
  await runToEnd(treeSource(source, options), (event) => {
    onEvent(event)
    if (event.kind === 'tree') trees.push(event)
  })
  return trees
}

function startedEvent({ definition, size }: SnapshotCollection, index: number): TreeEvent {
  return { kind: 'collection-started', collection: definition.name, index, size }
}

function collectionTree(
  { snapshot, pool, signal: outer }: TreeRun,
  { definition, size }: SnapshotCollection,
): Observable<TreeEvent> {
  const collection = definition.name
  return observeWork(async (emit, signal) => {
    let removals = 0
    const onProgress = (progress: BuildProgress): void => {
      removals = progress.removals
      emit({ kind: 'progress', collection, size, totals: toTotals(progress) })
    }
    const tree = await snapshot.tree(definition, { pool, signal, onProgress })
    emit({ kind: 'tree', collection, tree, removals })
  }, outer)
}

function toTotals({ revisions, bytes, removals }: BuildProgress): CollectionProgress['totals'] {
  return { ...NO_TOTALS, documents: revisions, removals, bytes, readBytes: bytes }
}
