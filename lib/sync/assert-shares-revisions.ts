import { readAhead } from '../streams/index.js'
import { seekTarget, type ComparedTrees, type TargetCollectionView } from './compare-collection.js'
import { countInRanges } from './diff/count-in-ranges.js'
import { IncomparableError } from './incomparable-error.js'
import { mergeRevisions } from './merge-revisions.js'
import type { SourceCollection } from './source-collection.js'

/** Two collections whose trees were compared. */
export interface SharedRevisions {
  readonly source: SourceCollection
  readonly target: TargetCollectionView
  readonly trees: ComparedTrees
  readonly signal: AbortSignal
}

/**
 * Looks whether a target has any of the revisions of its source. A server that gave each document a
 * revision of its own has none of them, and all of it would be moved at each run.
 *
 * @throws IncomparableError when it has none
 */
export async function assertSharesRevisions(shared: SharedRevisions): Promise<void> {
  const { source, target, trees, signal } = shared
  const { targetTree, ranges } = trees
  // Some leaf with documents is equal.
  if (ranges.length === 0 || countInRanges(targetTree, ranges) !== targetTree.count) return
  const local = await seekTarget(target)
  const hasCommon = await source.withAccess(ranges, async (remote) => {
    const theirs = readAhead(remote.revisions(ranges, { signal }))
    const ours = readAhead(local.revisions(ranges, { signal }))
    for await (const { onlyA, onlyB, compared } of mergeRevisions(theirs, ours)) {
      if (compared > onlyA.length + onlyB.length) return true
    }
    return false
  })
  if (hasCommon) return
  throw new IncomparableError('the target has none of the revisions of the source')
}
