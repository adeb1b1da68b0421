import type { KeyAccess, Snapshot, SnapshotCollection } from '../../replica/index.js'
import { readAhead } from '../../streams/index.js'
import type { TargetCollectionView } from '../compare-collection.js'
import { IncomparableError } from '../incomparable-error.js'
import { checkNames } from './check-names.js'
import { compareChunks, readChunks, type ReadLocalKeys } from './compare-chunks.js'
import { mergeKeys } from './merge-keys.js'
import { listKeys } from './move-chunks.js'

/** What a comparison by keys would move. */
export interface PlannedKeys {
  readonly action: 'nothing' | 'repair' | 'truncate'
  /** Chunks that differ. */
  readonly ranges: number
  readonly revisionsCompared: number
  readonly fetch: number
  readonly remove: number
}

/**
 * Counts what `repairByKeys` would move.
 *
 * @returns undefined where the source does not know this way either
 * @throws IncomparableError where the collection cannot be compared
 */
export async function planByKeys(
  source: Snapshot,
  { definition }: SnapshotCollection,
  target: TargetCollectionView,
  signal: AbortSignal,
): Promise<PlannedKeys | undefined> {
  const access = await source.seekKeys?.(definition, { signal })
  if (access === undefined) return undefined
  try {
    return await plan(access, definition.name, target, signal)
  } finally {
    await access.close()
  }
}

async function plan(
  access: KeyAccess,
  name: string,
  target: TargetCollectionView,
  signal: AbortSignal,
): Promise<PlannedKeys> {
  const { snapshot, collection } = target
  const readLocal: ReadLocalKeys = (range) => {
    const pages = snapshot.readKeys?.(collection.definition, range, { signal })
    if (pages === undefined) throw new IncomparableError('the target does not tell its keys')
    return pages
  }
  const found = { ranges: 0, revisionsCompared: 0, fetch: 0, remove: 0 }
  const chunks = await readChunks(access, { signal })
  if (chunks.length === 0) {
    return { action: 'truncate', ...found, remove: collection.size.documents ?? 0 }
  }
  const there = collection.definition.name
  const oldName = there === name ? undefined : there
  await checkNames({ name, oldName, access, chunks, target, readLocal, signal })
  const { different } = await compareChunks(chunks, readLocal, signal)
  for await (const { range, rows } of readAhead(listKeys(access, different, { signal }))) {
    const merged = await mergeKeys(rows, readLocal(range), (surplus) => {
      found.remove += surplus.length
      return Promise.resolve()
    })
    found.fetch += merged.wanted.length
    found.remove += merged.changed
    found.revisionsCompared += merged.compared
    found.ranges += 1
  }
  return { action: found.fetch + found.remove === 0 ? 'nothing' : 'repair', ...found }
}
