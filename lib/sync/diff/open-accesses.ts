import type { RevisionAccess, Snapshot } from '../../replica/index.js'
import { createScratchAccess, DumpRepeatsRevisionError, openScratch } from '../../store/index.js'
import type { RevisionRange } from '../../values/index.js'
import type { CollectionDiff } from './collection-diff.js'
import { useAndClose } from './diff-run.js'
import type { DiffSide } from './document-matcher.js'

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
  ranges: readonly RevisionRange[],
  use: (accesses: BothAccesses) => Promise<string | undefined>,
): Promise<string | undefined> {
  return withAccess(diff, 'a', ranges, (a) => withAccess(diff, 'b', ranges, (b) => use({ a, b })))
}

async function withAccess(
  diff: CollectionDiff,
  side: DiffSide,
  ranges: readonly RevisionRange[],
  use: (access: RevisionAccess) => Promise<string | undefined>,
): Promise<string | undefined> {
  const { signal } = diff.run
  const definition = diff.collection.definitions[side]
  const access = await diff.snapshot(side).seek?.(definition, { signal })
  if (access !== undefined) return use(access)
  return useAndClose(await openScratch(), async (scratch) => {
    const counting = countingSnapshot(diff, side)
    let kept: RevisionAccess
    try {
      kept = await createScratchAccess(counting, definition, ranges, scratch, { signal })
    } catch (error) {
      if (!(error instanceof DumpRepeatsRevisionError)) throw error
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
