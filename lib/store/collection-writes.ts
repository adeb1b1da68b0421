import { formatExactJson } from '../streams/index.js'
import type { JsonObject } from '../wire/index.js'
import {
  findCollection,
  readCounters,
  withCounters,
  type Catalog,
  type CatalogCollection,
  type CollectionRow,
  type CountersRow,
  type DroppedRow,
} from './catalog.js'
import { collectionNotFound } from './collection-not-found.js'
import { changedParameters, localIndexes, localParameters, readGuid } from './definitions.js'
import { META, putRow, rowName } from './meta-rows.js'
import { checkCollectionName } from './names.js'
import { retireSpace } from './purge-rows.js'
import { StoreError } from './store-error.js'
import type { NewCollection } from './store.js'
import type { CollectionRef } from './store-transaction.js'
import type { StoreCollection } from './store-records.js'
import { clearedTreeRow, emptyTreeRow, type TreeRow } from './tree-row.js'
import { enforceFromStart, renewUniqueIndexes, retireUniqueIndexes } from './unique-writes.js'
import { MARKER_TYPE } from './wal-record.js'
import type { WriteTransaction } from './write-transaction.js'

/** Makes a collection with the indexes of its definition. */
export function createCollection(
  transaction: WriteTransaction,
  databaseId: number,
  given: NewCollection,
): StoreCollection {
  checkNameIsFree(transaction.catalog, databaseId, given.name)
  const guid = readGuid(given.parameters ?? {})
  if (guid !== undefined && findCollection(transaction.catalog, databaseId, guid) !== undefined) {
    throw collectionExists(given.name, 'its globallyUniqueId is that of another collection')
  }
  const id = transaction.nextId()
  const { serverId, tables } = transaction
  const parameters = localParameters(given, { id, serverId })
  const indexes = localIndexes(given.indexes ?? [], () => transaction.nextId())
  putCollection(transaction, { id, databaseId, parameters, indexes })
  const counters: CountersRow = {
    databaseId,
    name: given.name,
    type: given.type,
    space: id,
    documents: 0,
    bytes: 0,
    hasReplacedRevisions: false,
    tree: emptyTreeRow(parameters, transaction.clock),
    uniqueIndexes: enforceFromStart(transaction, indexes),
  }
  putRow(tables.meta, rowName(META.counters, id), counters)
  const made = readCollection(transaction, { id })
  const place = { databaseId, objectId: id }
  const { definition } = made
  transaction.mark(MARKER_TYPE.createCollection, place, { ...definition.parameters, indexes })
  return made
}

/** Drops a collection; its documents go later, in slices. */
export function dropCollection(transaction: WriteTransaction, { id }: CollectionRef): void {
  const collection = findById(transaction, id)
  removeCollection(transaction, collection)
  const place = { databaseId: collection.databaseId, objectId: id }
  transaction.mark(MARKER_TYPE.dropCollection, place)
}

/** Takes a collection away without a marker of its own, as the drop of its database does. */
export function removeCollection(
  transaction: WriteTransaction,
  { id, databaseId, definition: { name, globallyUniqueId: guid } }: CatalogCollection,
): void {
  const { meta } = transaction.tables
  const counters = requireCounters(transaction, id)
  retireSpace(meta, counters.space)
  retireUniqueIndexes(transaction, id, counters.uniqueIndexes)
  meta.removeSync(rowName(META.counters, id))
  meta.removeSync(rowName(META.collections, id))
  const dropped: DroppedRow = { kind: 'collection', databaseId, name, guid }
  putRow(meta, rowName(META.dropped, id), dropped)
  transaction.changeCatalog()
}

/**
 * Empties a collection: it goes on in a new space, and the rows of the old one go in slices.
 *
 * @param tree - the row of the empty tree; without it the range stays as it is
 * @returns how many documents it had
 */
export function truncateCollection(
  transaction: WriteTransaction,
  { id }: CollectionRef,
  tree?: TreeRow,
): number {
  const { meta } = transaction.tables
  const old = requireCounters(transaction, id)
  retireSpace(meta, old.space)
  const counters: CountersRow = {
    ...old,
    space: transaction.nextId(),
    documents: 0,
    bytes: 0,
    hasReplacedRevisions: false,
    tree: tree ?? clearedTreeRow(old.tree),
    uniqueIndexes: renewUniqueIndexes(transaction, id, old.uniqueIndexes),
  }
  putRow(meta, rowName(META.counters, id), counters)
  transaction.mark(MARKER_TYPE.truncateCollection, { databaseId: old.databaseId, objectId: id })
  return old.documents
}

/** Gives a collection another name; the `_id` texts of its documents stay as they are. */
export function renameCollection(
  transaction: WriteTransaction,
  { id }: CollectionRef,
  name: string,
): StoreCollection {
  const { databaseId, definition } = findById(transaction, id)
  checkCollectionName(name)
  if (definition.isSystem || name.startsWith('_')) {
    throw new StoreError('ERR_NAME_INVALID', `Cannot rename "${definition.name}" to "${name}"`)
  }
  checkNameIsFree(transaction.catalog, databaseId, name)
  const parameters = { ...definition.parameters, name }
  putCollection(transaction, { id, databaseId, parameters, indexes: definition.indexes })
  const counters = { ...requireCounters(transaction, id), name }
  putRow(transaction.tables.meta, rowName(META.counters, id), counters)
  transaction.mark(MARKER_TYPE.renameCollection, { databaseId, objectId: id }, { name })
  return readCollection(transaction, { id })
}

/** Changes attributes of a collection's parameters. */
export function changeCollection(
  transaction: WriteTransaction,
  { id }: CollectionRef,
  change: JsonObject,
): StoreCollection {
  const { definition } = findById(transaction, id)
  return putParameters(transaction, { id }, changedParameters(definition.parameters, change))
}

/** Gives a collection other parameters. */
export function putParameters(
  transaction: WriteTransaction,
  { id }: CollectionRef,
  parameters: JsonObject,
): StoreCollection {
  const { databaseId, definition } = findById(transaction, id)
  putCollection(transaction, { id, databaseId, parameters, indexes: definition.indexes })
  transaction.mark(MARKER_TYPE.changeCollection, { databaseId, objectId: id }, parameters)
  return readCollection(transaction, { id })
}

/**
 * The counters of a collection that is to be written to.
 *
 * @throws StoreError `ERR_COLLECTION_NOT_FOUND`
 */
export function requireCounters({ tables }: WriteTransaction, id: number): CountersRow {
  const counters = readCounters(tables.meta, id)
  if (counters === undefined) throw collectionNotFound(id)
  return counters
}

/** @throws StoreError `ERR_COLLECTION_EXISTS` when a collection or a view has the name */
export function checkNameIsFree(catalog: Catalog, databaseId: number, name: string): void {
  const isTaken = [...catalog.collections, ...catalog.views].some(
    (object) => object.databaseId === databaseId && object.definition.name === name,
  )
  if (isTaken) throw collectionExists(name, 'the name is taken')
}

/** Writes down what is reported of a collection. */
export function putCollection(transaction: WriteTransaction, row: CollectionRow): void {
  const { meta } = transaction.tables
  meta.putSync(rowName(META.collections, row.id), formatExactJson(row))
  transaction.changeCatalog()
}

/**
 * The collection as the transaction sees it.
 *
 * @throws StoreError `ERR_COLLECTION_NOT_FOUND`
 */
export function findById({ catalog }: WriteTransaction, id: number): CatalogCollection {
  const collection = catalog.collections.find((candidate) => candidate.id === id)
  if (collection === undefined) throw collectionNotFound(id)
  return collection
}

function readCollection(transaction: WriteTransaction, { id }: CollectionRef): StoreCollection {
  const collection = withCounters(transaction.tables.meta, findById(transaction, id))
  if (collection === undefined) throw collectionNotFound(id)
  return collection
}

function collectionExists(name: string, reason: string): StoreError {
  return new StoreError('ERR_COLLECTION_EXISTS', `Cannot make collection "${name}": ${reason}`)
}
