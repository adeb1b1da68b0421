import { diffTrees, TreeError, type MerkleTree } from '../merkle/index.js'
import type { RevisionAccess, Snapshot, SnapshotCollection, TreeOptions } from '../replica/index.js'
import type { RevisionRange } from '../values/index.js'
import { IncomparableError, NoRevisionsError } from './incomparable-error.js'
import type { SourceCollection } from './source-collection.js'

/** A collection as the target has it. */
export interface TargetCollectionView {
  readonly snapshot: Snapshot
  readonly collection: SnapshotCollection
}

/** Two trees and where they differ. */
export interface ComparedTrees {
  readonly sourceTree: MerkleTree
  readonly targetTree: MerkleTree
  /** Ascending and disjoint; none when the trees are equal. */
  readonly ranges: readonly RevisionRange[]
}

/**
 * Decides how a collection is made equal, as far as that can be seen without comparing it: `equal`
 * when both sides are empty, `copy` when the target is, else `compare`.
 *
 * @throws IncomparableError when the target has documents that cannot be compared by revision
 */
export async function chooseWay(
  source: SourceCollection,
  target: SnapshotCollection,
): Promise<'equal' | 'copy' | 'compare'> {
  if (target.size.documents === 0) return (await source.mayHaveDocuments()) ? 'copy' : 'equal'
  if (target.hasReplacedRevisions) {
    throw new IncomparableError('documents of the target could not keep their revisions')
  }
  if (!(await source.isComparable())) {
    throw new NoRevisionsError('the source does not sync it by revision')
  }
  return 'compare'
}

/**
 * Compares the trees of both sides.
 *
 * @param build - what the tree of the target is made with
 * @throws IncomparableError when the trees cannot be compared
 */
export async function compareTrees(
  source: SourceCollection,
  { snapshot, collection }: TargetCollectionView,
  build: TreeOptions,
): Promise<ComparedTrees> {
  const targetTree = await snapshot.tree(collection.definition, build)
  const sourceTree = await source.tree(targetTree.initialRangeMin)
  try {
    return { sourceTree, targetTree, ranges: diffTrees(sourceTree, targetTree) }
  } catch (error) {
    if (error instanceof TreeError) throw new IncomparableError(error.message, { cause: error })
    throw error
  }
}

/**
 * As {@link compareTrees}, of a target whose tree stays where it begins: where the trees differ, one
 * of the target's revisions is built that begins where the source's does.
 */
export async function compareAligned(
  source: SourceCollection,
  target: TargetCollectionView,
  build: TreeOptions,
): Promise<ComparedTrees> {
  const trees = await compareTrees(source, target, build)
  const { initialRangeMin } = trees.sourceTree
  if (trees.ranges.length === 0 || initialRangeMin === trees.targetTree.initialRangeMin)
    return trees
  return compareTrees(source, target, { ...build, initialRangeMin })
}

/**
 * Opens the target for looking up revisions.
 *
 * @throws IncomparableError where it has no way to
 */
export async function seekTarget({
  snapshot,
  collection,
}: TargetCollectionView): Promise<RevisionAccess> {
  const access = await snapshot.seek?.(collection.definition)
  if (access === undefined) throw new IncomparableError('the target does not look up revisions')
  return access
}
