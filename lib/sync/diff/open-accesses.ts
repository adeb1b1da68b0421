import type { RevisionAccess, Snapshot } from '../../replica/index.js'
import { createScratchAccess, openScratch } from '../../store/index.js'
import type { RevisionRange } from '../../values/index.js'
import type { CollectionDiff } from './collection-diff.js'
import { countInRanges } from './count-in-ranges.js'
import { useAndClose } from './diff-run.js'
import type { DiffSide } from './document-matcher.js'
import type { TreeComparison } from './fetch-trees.js'

/** Ways to look up revisions of both sides. */
export type BothAccesses = Readonly<Record<DiffSide, RevisionAccess>>

/**
 * Opens both sides for looking up the revisions that may differ. Of a replica that can only be read
 * as a whole, the documents in question are read once and kept on disk meanwhile.
 *
 * @returns why the collection cannot be compared by revision: what `use` says, or that there are
 *   documents which share a revision
 */
export async function withAccesses(
  diff: CollectionDiff,
  comparison: TreeComparison,
  use: (accesses: BothAccesses) => Promise<string | undefined>,
): Promise<string | undefined> {
  return withAccess(diff, 'a', comparison, (a) =>
    withAccess(diff, 'b', comparison, (b) => use({ a, b })),
  )
}

async function withAccess(
  diff: CollectionDiff,
  side: DiffSide,
  { trees, ranges }: TreeComparison,
  use: (access: RevisionAccess) => Promise<string | undefined>,
): Promise<string | undefined> {
  const { signal } = diff.run
  const definition = diff.collection.definitions[side]
  const access = await diff.snapshot(side).seek?.(definition, { signal })
  if (access !== undefined) return use(access)
  return useAndClose(await openScratch(), async (scratch) => {
    const counting = countingSnapshot(diff, side)
    const kept = await createScratchAccess(counting, definition, ranges, scratch, { signal })
    const expected = countInRanges(trees[side], ranges)
    if (expected !== undefined && (await countRevisions(kept, ranges)) < expected) {
      return `documents of it share a revision in ${diff.run[side].address}`
    }
    return use(kept)
  })
}

/** The snapshot of a side, whose dumps are counted and can be followed. */
function countingSnapshot(diff: CollectionDiff, side: DiffSide): Pick<Snapshot, 'dump'> {
  return {
    async *dump(definition, options) {
      for await (const dumped of diff.snapshot(side).dump(definition, options)) {
        diff.note({ dumpBytes: dumped.readBytes })
        diff.emitProgress('revisions')
        yield dumped
      }
    },
  }
}

async function countRevisions(
  access: RevisionAccess,
  ranges: readonly RevisionRange[],
): Promise<number> {
  let count = 0
  for await (const block of access.revisions(ranges)) count += block.length
  return count
}
