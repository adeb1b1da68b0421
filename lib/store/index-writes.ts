import type { JsonObject } from '../wire/index.js'
import { findById, putCollection } from './collection-writes.js'
import { indexId, localIndexes } from './definitions.js'
import { StoreError } from './store-error.js'
import type { CollectionRef } from './store-transaction.js'
import { dropEnforced, enforceIndex } from './unique-writes.js'
import { MARKER_TYPE } from './wal-record.js'
import type { WriteTransaction } from './write-transaction.js'

/**
 * Adds an index; one of the same id is replaced. A unique one is enforced from now on, whatever the
 * documents are that are there.
 */
export function createIndex(
  transaction: WriteTransaction,
  { id }: CollectionRef,
  given: JsonObject,
): JsonObject {
  const index = putIndex(transaction, { id }, given)
  enforceIndex(transaction, id, index)
  return index
}

/** Adds the definition of an index; one of the same id is replaced. */
export function putIndex(
  transaction: WriteTransaction,
  { id }: CollectionRef,
  given: JsonObject,
): JsonObject {
  const { databaseId, definition } = findById(transaction, id)
  const others = definition.indexes.filter((index) => indexId(index) !== indexId(given))
  const indexes = localIndexes([...others, given], () => transaction.nextId())
  const index = indexes[others.length]
  if (index === undefined) {
    const reason = 'primary and edge indexes are always there'
    throw new StoreError('ERR_DEFINITION_INVALID', `Cannot make the index: ${reason}`)
  }
  const { parameters } = definition
  putCollection(transaction, { id, databaseId, parameters, indexes })
  transaction.mark(MARKER_TYPE.createIndex, { databaseId, objectId: id }, index)
  return index
}

/** Removes an index; the rows of a unique one go later, in slices. */
export function dropIndex(
  transaction: WriteTransaction,
  { id }: CollectionRef,
  droppedId: string,
): void {
  const { databaseId, definition } = findById(transaction, id)
  const indexes = definition.indexes.filter((index) => indexId(index) !== droppedId)
  if (indexes.length === definition.indexes.length) {
    throw new StoreError('ERR_INDEX_NOT_FOUND', `Cannot drop index ${droppedId}: no such one`)
  }
  const { parameters } = definition
  putCollection(transaction, { id, databaseId, parameters, indexes })
  dropEnforced(transaction, id, (index) => index.id === droppedId && index.creation === undefined)
  transaction.mark(MARKER_TYPE.dropIndex, { databaseId, objectId: id }, { id: droppedId })
}
