import assert from 'node:assert/strict'
import type { Snapshot, SnapshotCollection, TargetCopy, TargetRepair } from '../replica/index.js'
import { compareContents, contentShare } from './compare-contents.js'
import { ContentWriter } from './content-writer.js'
import { DiffError } from './diff/diff-error.js'
import type { RepairMeter } from './repair-meter.js'
import type { CopyNeeded } from './repair-collection.js'
import type { SyncEvent } from './sync-event.js'

/** What a collection is made equal with by what its documents say. */
export interface ContentRepair {
  readonly copy: TargetCopy
  /** Of the source. */
  readonly snapshot: Snapshot
  /** Of the source. */
  readonly collection: SnapshotCollection
  readonly into: TargetRepair
  /** 0-based place among the collections of this run. */
  readonly index: number
  /** True when the target's definition was changed already. */
  readonly isChanged: boolean
  readonly maxInFlightBytes: number | undefined
  readonly meter: RepairMeter
  readonly signal: AbortSignal
  readonly emit: (event: SyncEvent) => void
}

/**
 * Makes the documents of a collection those of the source by reading all of both, for targets that give
 * documents revisions of their own. Documents that are equal but for their revision are left alone.
 *
 * @returns what has to be done instead, when the source cannot be compared at all
 */
export async function repairByContent(repair: ContentRepair): Promise<CopyNeeded | undefined> {
  try {
    await moveContents(repair)
    return undefined
  } catch (error) {
    if (!(error instanceof DiffError) || error.code !== 'ERR_DUMP_HAS_REMOVALS') throw error
    return { reason: 'the dump of the source has removals in it' }
  }
}

/** The part of a target that content is written to by, which every target without trees has. */
function byKeys(
  into: ContentRepair['into'],
): Required<Pick<TargetRepair, 'removeKeys' | 'tryWrite'>> {
  return {
    removeKeys: (...given) => {
      assert.ok(into.removeKeys !== undefined)
      return into.removeKeys(...given)
    },
    tryWrite: (...given) => {
      assert.ok(into.tryWrite !== undefined)
      return into.tryWrite(...given)
    },
  }
}

async function moveContents(repair: ContentRepair): Promise<void> {
  const { copy, snapshot, collection, into, meter, signal, emit, index, isChanged } = repair
  const { maxInFlightBytes } = repair
  const { definition } = collection
  const { name } = definition
  const writer = new ContentWriter({
    into: byKeys(into),
    write: (chunk) => into.write(chunk),
    batchBytes: contentShare(maxInFlightBytes),
    onMoved: ({ documents, removals }) => {
      meter.add({ fetched: documents, removed: removals })
      emit({ kind: 'repair-progress', collection: name, totals: meter.totals })
    },
  })
  const there = await copy.openSnapshot({ signal })
  try {
    const differences = compareContents(
      { snapshot, definition },
      { snapshot: there, definition: into.definition },
      { maxInFlightBytes, signal, onTransfer: meter.onTransfer },
    )
    for await (const difference of differences) await writer.add(difference)
    await writer.finish()
  } finally {
    await Promise.all([there.close(), writer.close()])
  }
  const { totals } = writer
  const isEqual = totals.documents === 0 && totals.removals === 0 && !isChanged
  const outcome = isEqual ? 'equal' : 'repaired'
  emit({
    kind: 'collection-finished',
    collection: name,
    index,
    totals,
    outcome,
    repair: meter.totals,
  })
}
