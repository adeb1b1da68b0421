import type {
  DumpedChunk,
  KeyAccess,
  KeyedRevision,
  SeekOptions,
  TargetRepair,
} from '../../replica/index.js'
import { readAhead } from '../../streams/index.js'
import { gatherWrites, sourceShare } from '../gather-writes.js'
import type { RepairMeter } from '../repair-meter.js'
import { NO_TOTALS, type CollectionTotals } from '../sync-event.js'
import type { DifferentChunk, ReadLocalKeys } from './compare-chunks.js'
import { mergeKeys, type MergedKeys } from './merge-keys.js'

/** Chunks that differ, where they come from and where they go. */
export interface ChunkMove {
  readonly access: KeyAccess
  /** The target as it is before anything is moved. */
  readonly readLocal: ReadLocalKeys
  readonly into: TargetRepair
  readonly different: readonly DifferentChunk[]
  readonly maxInFlightBytes: number | undefined
  readonly meter: RepairMeter
  readonly signal: AbortSignal
}

/**
 * Compares the keys of chunks that differ, and moves what only one side has: chunk by chunk, first what
 * the target has too much is removed, then what it lacks is asked for. One write is made while the next
 * one is fetched.
 *
 * @param onMoved - is told what was done since the last time, which may be nothing but comparing
 * @returns how many documents differed; none where only the hashes did
 */
export async function moveChunks(
  move: ChunkMove,
  onMoved: (moved: CollectionTotals) => void,
): Promise<number> {
  const { into, meter, maxInFlightBytes, signal } = move
  const share = sourceShare(maxInFlightBytes)
  const options = { signal, maxInFlightBytes: share, onTransfer: meter.onTransfer }
  let differences = 0
  const onCompared = ({ compared, changed, wanted }: MergedKeys, removed: number): void => {
    differences += wanted.length + removed
    meter.add({ revisionsCompared: compared, removed: changed + removed, ranges: 1 })
    onMoved({ ...NO_TOTALS, removals: removed })
  }
  for await (const { chunk, readBytes } of gatherWrites(fetch(move, options, onCompared), share)) {
    signal.throwIfAborted()
    const moved = { readBytes, ...(await into.write(chunk)) }
    meter.add({ fetched: moved.documents })
    onMoved(moved)
  }
  return differences
}

/** Removes what is too much, and gives the documents that are missing. */
async function* fetch(
  { access, readLocal, into, different, signal }: ChunkMove,
  options: SeekOptions,
  onCompared: (merged: MergedKeys, removed: number) => void,
): AsyncGenerator<DumpedChunk> {
  for await (const { chunk, range, rows } of readAhead(listKeys(access, different, options))) {
    let removed = 0
    const merged = await mergeKeys(rows, readLocal(range), async (surplus) => {
      removed += (await into.removeRevisions(surplus, { signal })).removals
    })
    onCompared(merged, removed)
    if (merged.wanted.length > 0) yield* access.documents(chunk, merged.wanted, options)
  }
}

/** The keys of chunks, one after the other. */
export async function* listKeys(
  access: KeyAccess,
  different: readonly DifferentChunk[],
  options: SeekOptions,
): AsyncGenerator<DifferentChunk & { readonly rows: readonly KeyedRevision[] }> {
  for (const one of different) yield { ...one, rows: await access.keys(one.chunk, options) }
}
