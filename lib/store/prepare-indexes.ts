import { readCounters, type CatalogCollection } from './catalog.js'
import { indexId } from './definitions.js'
import type { TreePreparation } from './prepare-trees.js'
import { readUniqueIndex, type UniqueIndex } from './unique-index.js'
import { dropEnforced, enforceIndex } from './unique-writes.js'

/**
 * Enforces the unique indexes that are defined, and no others. A store of an older version enforces
 * none, and a process that died may have left one half made: the first are built, the others removed.
 * Nobody else may write meanwhile.
 */
export async function prepareIndexes({
  tables,
  catalogs,
  writer,
  options,
}: TreePreparation): Promise<void> {
  for (const collection of catalogs.read().collections) {
    options.signal?.throwIfAborted()
    const { id, definition } = collection
    const enforced = readCounters(tables.meta, id)?.uniqueIndexes ?? []
    const missing = definition.indexes.filter((index) => isMissing(index, enforced))
    const isSpare = (index: UniqueIndex): boolean => !isDefined(index, collection)
    if (missing.length === 0 && !enforced.some(isSpare)) continue
    await writer.writeAndPurge((transaction) => {
      dropEnforced(transaction, id, isSpare)
      for (const index of missing) enforceIndex(transaction, id, index)
    })
  }
  await writer.buildIndexes(options.signal)
}

function isMissing(
  definition: CatalogCollection['definition']['indexes'][number],
  enforced: readonly UniqueIndex[],
): boolean {
  const id = indexId(definition) ?? ''
  if (readUniqueIndex(definition, id) === undefined) return false
  return !enforced.some((index) => index.id === id && index.creation === undefined)
}

function isDefined({ id, creation }: UniqueIndex, { definition }: CatalogCollection): boolean {
  return creation === undefined && definition.indexes.some((index) => indexId(index) === id)
}
