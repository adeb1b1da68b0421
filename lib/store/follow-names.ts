import type { MarkerObject } from '../wire/index.js'
import type { Catalog, CatalogCollection } from './catalog.js'
import type { StoreView } from './store-records.js'

/** What a marker tells of its collection or view. */
export type LoggedName = Partial<Pick<MarkerObject, 'globallyUniqueId' | 'collectionName'>>

/**
 * Finds the collection that a marker of a leader speaks of: by its globallyUniqueId where there is
 * one, else by its name (client notes, 1.3). Its number on the leader means nothing here.
 */
export function findLogged(
  { collections }: Catalog,
  databaseId: number,
  logged: LoggedName,
): CatalogCollection | undefined {
  return collections.find(
    (collection) => collection.databaseId === databaseId && isLogged(collection, logged),
  )
}

/** As {@link findLogged}, for views. */
export function findLoggedView(
  { views }: Catalog,
  databaseId: number,
  logged: LoggedName,
): StoreView | undefined {
  return views.find((view) => view.databaseId === databaseId && isLogged(view, logged))
}

function isLogged(
  { definition }: Pick<StoreView, 'definition'> | Pick<CatalogCollection, 'definition'>,
  { globallyUniqueId = '', collectionName }: LoggedName,
): boolean {
  if (globallyUniqueId !== '') return definition.globallyUniqueId === globallyUniqueId
  return definition.name === collectionName
}
