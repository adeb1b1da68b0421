import { parseViewDefinition, type DefinitionMarker, type EndMarker } from '../wire/index.js'
import type { FollowPlace } from './follow-collections.js'
import { readData } from './follow-data.js'
import { findLoggedView } from './follow-names.js'
import { unknownObject } from './follow-refusal.js'
import { readGuid } from './definitions.js'
import type { StoreView } from './store-records.js'
import { createView, dropView, matchView } from './view-writes.js'

/**
 * Makes the view of a marker, or makes the one of its globallyUniqueId equal to it; another view that
 * has its name is dropped (client notes, 1.3).
 *
 * @returns false when nothing was written
 */
export function followCreateView(place: FollowPlace, marker: DefinitionMarker): boolean {
  const { transaction, databaseId } = place
  const wanted = parseViewDefinition(readData(marker.data), 'a view in the log')
  const found = findView(place, marker)
  const { name } = wanted
  const holder = findLoggedView(transaction.catalog, databaseId, { collectionName: name })
  if (holder !== undefined && holder.id !== found?.id) dropView(transaction, holder)
  if (found?.definition.type === wanted.type) {
    return matchView(transaction, found, wanted)
  }
  if (found !== undefined && found.id !== holder?.id) dropView(transaction, found)
  createView(transaction, databaseId, wanted)
  return true
}

/**
 * Makes a view equal to that of the marker.
 *
 * @returns false when nothing differed
 * @throws FollowRefusal when there is no such view
 */
export function followChangeView(place: FollowPlace, marker: DefinitionMarker): boolean {
  if (findView(place, marker) === undefined) throw unknownObject()
  return followCreateView(place, marker)
}

/** @returns false when there is no such view */
export function followDropView(place: FollowPlace, marker: EndMarker): boolean {
  const found = findLoggedView(place.transaction.catalog, place.databaseId, marker)
  if (found !== undefined) dropView(place.transaction, found)
  return found !== undefined
}

/** By the globallyUniqueId of the data, or else by what stands beside it. */
function findView(
  { transaction, databaseId }: FollowPlace,
  marker: DefinitionMarker,
): StoreView | undefined {
  const { globallyUniqueId, collectionName } = marker
  return findLoggedView(transaction.catalog, databaseId, {
    globallyUniqueId: readGuid(readData(marker.data)) ?? globallyUniqueId,
    collectionName,
  })
}
