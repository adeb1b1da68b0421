import { formatExactJson } from '../streams/index.js'
import type { JsonObject, ViewDefinition } from '../wire/index.js'
import { toView, type DroppedRow, type ViewRow } from './catalog.js'
import { checkNameIsFree } from './collection-writes.js'
import { changedViewProperties, localViewProperties, readGuid } from './definitions.js'
import { isSame } from './match-collection.js'
import { META, putRow, rowName } from './meta-rows.js'
import { StoreError } from './store-error.js'
import type { StoreView } from './store-records.js'
import type { NewView } from './store.js'
import { MARKER_TYPE } from './wal-record.js'
import type { WriteTransaction } from './write-transaction.js'

/** Makes a view. */
export function createView(
  transaction: WriteTransaction,
  databaseId: number,
  given: NewView,
): StoreView {
  const { catalog, serverId } = transaction
  checkNameIsFree(catalog, databaseId, given.name)
  const guid = readGuid(given.properties ?? {})
  const isGuidTaken = catalog.views.some(
    (view) => view.databaseId === databaseId && view.definition.globallyUniqueId === guid,
  )
  if (isGuidTaken) {
    const reason = 'its globallyUniqueId is that of another view'
    throw new StoreError('ERR_VIEW_EXISTS', `Cannot make view "${given.name}": ${reason}`)
  }
  const id = transaction.nextId()
  const properties = localViewProperties(given, { id, serverId })
  return putView(transaction, { id, databaseId, properties }, MARKER_TYPE.createView)
}

/** Changes properties of a view. */
export function changeView(
  transaction: WriteTransaction,
  { id }: Pick<StoreView, 'id'>,
  change: JsonObject,
): StoreView {
  const { databaseId, definition } = findById(transaction, id)
  const properties = changedViewProperties(definition.properties, change)
  return putView(transaction, { id, databaseId, properties }, MARKER_TYPE.changeView)
}

/**
 * Makes the name and all properties of a view those of a definition; what says which view it is stays.
 *
 * @returns false when nothing differed, and nothing was written
 * @throws StoreError `ERR_COLLECTION_EXISTS` when another name is taken
 */
export function matchView(
  transaction: WriteTransaction,
  { id }: Pick<StoreView, 'id'>,
  { name, properties }: ViewDefinition,
): boolean {
  const { databaseId, definition } = findById(transaction, id)
  const { type, globallyUniqueId } = definition
  const given = { name, type, properties: { ...properties, globallyUniqueId } }
  const matched = localViewProperties(given, { id, serverId: transaction.serverId })
  if (isSame(definition.properties, matched)) return false
  if (name !== definition.name) checkNameIsFree(transaction.catalog, databaseId, name)
  putView(transaction, { id, databaseId, properties: matched }, MARKER_TYPE.changeView)
  return true
}

/** Drops a view. */
export function dropView(transaction: WriteTransaction, { id }: Pick<StoreView, 'id'>): void {
  const view = findById(transaction, id)
  removeView(transaction, view)
  transaction.mark(MARKER_TYPE.dropView, { databaseId: view.databaseId, objectId: id })
}

/** Takes a view away without a marker of its own, as the drop of its database does. */
export function removeView(transaction: WriteTransaction, view: StoreView): void {
  const { id, databaseId, definition } = view
  const { meta } = transaction.tables
  const { name, globallyUniqueId: guid } = definition
  const dropped: DroppedRow = { kind: 'view', databaseId, name, guid }
  meta.removeSync(rowName(META.views, id))
  putRow(meta, rowName(META.dropped, id), dropped)
  transaction.changeCatalog()
}

function putView(
  transaction: WriteTransaction,
  row: ViewRow,
  marker: typeof MARKER_TYPE.createView | typeof MARKER_TYPE.changeView,
): StoreView {
  const { id, databaseId, properties } = row
  transaction.tables.meta.putSync(rowName(META.views, id), formatExactJson(row))
  transaction.changeCatalog()
  transaction.mark(marker, { databaseId, objectId: id }, properties)
  return toView(row)
}

function findById({ catalog }: WriteTransaction, id: number): StoreView {
  const view = catalog.views.find((candidate) => candidate.id === id)
  if (view === undefined) {
    throw new StoreError('ERR_VIEW_NOT_FOUND', `Cannot find view ${id}: no such one`)
  }
  return view
}
