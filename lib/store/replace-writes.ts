import { formatExactJson } from '../streams/index.js'
import type { CollectionDefinition, ViewDefinition } from '../wire/index.js'
import { withCounters } from './catalog.js'
import { createCollection, dropCollection, truncateCollection } from './collection-writes.js'
import { localViewProperties } from './definitions.js'
import type { StoreCollection, StoreView } from './store-records.js'
import { emptyTreeRow } from './tree-row.js'
import { createView, dropView } from './view-writes.js'
import type { WriteTransaction } from './write-transaction.js'

/**
 * Makes an empty collection of a definition, without its indexes. One of the same
 * globallyUniqueId, and one of the same name, is dropped first; a system collection is truncated.
 *
 * @throws StoreError `ERR_COLLECTION_EXISTS` when the globallyUniqueId is that of a system collection
 */
export function replaceCollection(
  transaction: WriteTransaction,
  databaseId: number,
  definition: CollectionDefinition,
): StoreCollection {
  for (const old of transaction.catalog.collections) {
    if (old.databaseId !== databaseId || !isReplaced(old.definition, definition)) continue
    if (!old.definition.isSystem) {
      dropCollection(transaction, old)
      continue
    }
    truncateCollection(transaction, old, emptyTreeRow(definition.parameters, transaction.clock))
    const truncated = withCounters(transaction.tables.meta, old)
    if (truncated !== undefined) return truncated
  }
  return createCollection(transaction, databaseId, { ...definition, indexes: [] })
}

/** Makes a view, in place of one of the same globallyUniqueId or name; an equal one stays. */
export function replaceView(
  transaction: WriteTransaction,
  databaseId: number,
  definition: ViewDefinition,
): StoreView {
  const same = transaction.catalog.views.filter(
    (old) => old.databaseId === databaseId && isSame(old.definition, definition),
  )
  const [only] = same
  if (only !== undefined && same.length === 1 && isEqual(transaction, only, definition)) return only
  for (const old of same) dropView(transaction, old)
  return createView(transaction, databaseId, definition)
}

/** Tells whether a view of the definition would be the same one, but for its local id. */
function isEqual(
  { serverId }: WriteTransaction,
  { id, definition: { properties } }: StoreView,
  wanted: ViewDefinition,
): boolean {
  const made = localViewProperties(wanted, { id, serverId })
  return formatExactJson(made) === formatExactJson(properties)
}

/**
 * Tells whether a collection has to go for another one. System collections are the same by their names
 * alone, whatever globallyUniqueId a definition of elsewhere claims.
 */
function isReplaced(old: CollectionDefinition, wanted: CollectionDefinition): boolean {
  return old.isSystem || wanted.isSystem ? old.name === wanted.name : isSame(old, wanted)
}

interface Named {
  readonly name: string
  readonly globallyUniqueId: string | undefined
}

function isSame(a: Named, b: Named): boolean {
  return a.name === b.name || a.globallyUniqueId === b.globallyUniqueId
}
