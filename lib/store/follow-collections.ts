import {
  ERROR_NUMBER,
  parseCollectionDefinition,
  type CollectionDefinition,
  type DefinitionMarker,
  type EndMarker,
  type JsonObject,
} from '../wire/index.js'
import type { CatalogCollection } from './catalog.js'
import {
  createCollection,
  dropCollection,
  renameCollection,
  truncateCollection,
} from './collection-writes.js'
import { indexId, isOwnIndex } from './definitions.js'
import { readData } from './follow-data.js'
import { findLogged, type LoggedName } from './follow-names.js'
import { FollowRefusal, unknownObject } from './follow-refusal.js'
import { createIndex, dropIndex } from './index-writes.js'
import { isSame, matchParameters } from './match-collection.js'
import { dropView } from './view-writes.js'
import type { WriteTransaction } from './write-transaction.js'

/** Where a marker is applied. */
export interface FollowPlace {
  readonly transaction: WriteTransaction
  readonly databaseId: number
}

/**
 * Makes the collection of a marker (client notes, 1.3). One of its globallyUniqueId is kept as it is:
 * it can only be there because the copy is younger than the marker, and what made it different comes
 * again. Another one that has its name is dropped; a system collection is emptied instead.
 *
 * @returns false when nothing was written
 */
export function followCreateCollection(place: FollowPlace, marker: DefinitionMarker): boolean {
  const { transaction, databaseId } = place
  const wanted = readDefinition(marker)
  const { name, type, isSystem, globallyUniqueId = '' } = wanted
  const isByName = isSystem || globallyUniqueId === ''
  const logged = isByName ? { collectionName: name } : { globallyUniqueId }
  const same = findLogged(transaction.catalog, databaseId, logged)
  if (same?.definition.type === type) return false
  if (same !== undefined) dropCollection(transaction, same)
  freeName(place, name)
  createCollection(transaction, databaseId, wanted)
  return true
}

/** Drops what has a name that the leader gave to another collection. */
function freeName({ transaction, databaseId }: FollowPlace, name: string): void {
  const { collections, views } = transaction.catalog
  const hasName = (
    object: Pick<CatalogCollection, 'databaseId'> & { readonly definition: { name: string } },
  ): boolean => object.databaseId === databaseId && object.definition.name === name
  const collection = collections.find(hasName)
  if (collection !== undefined) dropCollection(transaction, collection)
  const view = views.find(hasName)
  if (view !== undefined) dropView(transaction, view)
}

/** @returns false when there is no such collection */
export function followDropCollection(place: FollowPlace, marker: EndMarker): boolean {
  const found = findLogged(place.transaction.catalog, place.databaseId, marker)
  if (found !== undefined) dropCollection(place.transaction, found)
  return found !== undefined
}

/**
 * Renames by the globallyUniqueId, or where there is none by the old name.
 *
 * @returns false when it has the name already
 * @throws FollowRefusal when there is no such collection
 */
export function followRename(place: FollowPlace, marker: DefinitionMarker): boolean {
  const { name, oldName } = readData(marker.data)
  const { globallyUniqueId } = marker
  const found = requireCollection(place, {
    globallyUniqueId,
    collectionName: typeof oldName === 'string' ? oldName : undefined,
  })
  if (typeof name !== 'string') {
    throw new FollowRefusal('it tells no name', ERROR_NUMBER.invalidResponse)
  }
  if (found.definition.name === name) return false
  renameCollection(place.transaction, found, name)
  return true
}

/**
 * Makes the properties those of the marker, all of them.
 *
 * @returns false when nothing differed
 * @throws FollowRefusal when there is no such collection, unless it was deleted
 */
export function followChangeCollection(place: FollowPlace, marker: DefinitionMarker): boolean {
  const { transaction, databaseId } = place
  const data = readData(marker.data)
  const found = findLogged(transaction.catalog, databaseId, marker)
  if (found === undefined && data['deleted'] === true) return false
  if (found === undefined) throw unknownObject()
  const { name, type } = found.definition
  // A rename has a marker of its own.
  const parameters = { ...data, name, type }
  return matchParameters(transaction, found, parseParameters(parameters))
}

/**
 * Empties a collection.
 *
 * @returns how many documents it had
 * @throws FollowRefusal when there is no such collection
 */
export function followTruncate(place: FollowPlace, marker: EndMarker): number {
  const found = requireCollection(place, marker)
  return truncateCollection(place.transaction, found)
}

/**
 * Makes an index, in place of one of the same id or name (client notes, 1.3).
 *
 * @returns false when it is there already
 * @throws FollowRefusal when there is no such collection
 */
export function followCreateIndex(place: FollowPlace, marker: DefinitionMarker): boolean {
  const { transaction } = place
  const found = requireCollection(place, marker)
  const index = readData(marker.data)
  if (!isOwnIndex(index)) return false
  const { indexes } = found.definition
  const sameId = indexes.find((other) => indexId(other) === indexId(index))
  if (sameId !== undefined && isSame({ ...sameId, id: '' }, { ...index, id: '' })) return false
  const sameName = indexes.find((other) => other !== sameId && hasName(other, index))
  if (sameName !== undefined) dropIndex(transaction, found, indexId(sameName) ?? '')
  createIndex(transaction, found, index)
  return true
}

function hasName({ name }: JsonObject, { name: wanted }: JsonObject): boolean {
  return typeof name === 'string' && name === wanted
}

/** @returns false when there is no such collection or index */
export function followDropIndex(place: FollowPlace, marker: DefinitionMarker): boolean {
  const { transaction, databaseId } = place
  const found = findLogged(transaction.catalog, databaseId, marker)
  const dropped = indexId(readData(marker.data))
  const isThere = found?.definition.indexes.some((index) => indexId(index) === dropped)
  if (found === undefined || dropped === undefined || isThere !== true) return false
  dropIndex(transaction, found, dropped)
  return true
}

function requireCollection(
  { transaction, databaseId }: FollowPlace,
  marker: LoggedName,
): CatalogCollection {
  const found = findLogged(transaction.catalog, databaseId, marker)
  if (found === undefined) throw unknownObject()
  return found
}

/** The definition of a marker; its globallyUniqueId may stand beside the data only. */
function readDefinition({ data, globallyUniqueId }: DefinitionMarker): CollectionDefinition {
  return parseParameters({
    ...(globallyUniqueId === undefined ? {} : { globallyUniqueId }),
    ...readData(data),
  })
}

function parseParameters(parameters: JsonObject): CollectionDefinition {
  return parseCollectionDefinition({ parameters }, 'a definition in the log')
}
