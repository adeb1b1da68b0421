import type { StoreCollection, StoreDatabase } from '../store/index.js'
import type { Permissions } from './auth/index.js'
import { includesGrant, type Grant } from './auth/permissions.js'
import type { EndpointContext, EndpointRequest } from './endpoint.js'
import { textParameter, type Parameters } from './parameters.js'
import { collectionNotFound, forbidden } from './request-error.js'

type Asking = Pick<EndpointRequest, 'database' | 'permissions'>

/**
 * The collection that a request of a driver is about: the one place where it is looked up, and
 * where it is asked whether its caller may use it.
 *
 * @param name - its name, local id in decimal, or globallyUniqueId
 * @param grant - what the caller has to be granted
 * @throws RequestError 404 with errorNum 1203, 403 with 11
 */
export function useCollection(
  name: string,
  request: Asking,
  { store }: Pick<EndpointContext, 'store'>,
  grant: Exclude<Grant, 'none'>,
): StoreCollection {
  const collection = name === '' ? undefined : store.collection(request.database, name)
  assertGranted(collection, name, request, grant)
  if (collection === undefined) throw collectionNotFound()
  return collection
}

/**
 * Checks that a caller may use a collection, which need not exist: those who may not are not told
 * whether it does.
 *
 * @param name - what the request calls it
 * @throws RequestError 403 with errorNum 11
 */
export function assertGranted(
  collection: StoreCollection | undefined,
  name: string,
  { database, permissions }: Asking,
  grant: Exclude<Grant, 'none'>,
): void {
  const has = permissions.collection(database.name, collection?.definition.name ?? name)
  if (!includesGrant(has, grant)) throw forbidden(`the collection needs the grant "${grant}"`)
}

/** The collections of a list that a caller may read. */
export function readableCollections(
  collections: readonly StoreCollection[],
  { name }: Pick<StoreDatabase, 'name'>,
  permissions: Permissions,
): readonly StoreCollection[] {
  return collections.filter(
    ({ definition }) => permissions.collection(name, definition.name) !== 'none',
  )
}

/** The part of the path, or the parameter, that names a collection; empty when it is missing. */
export function collectionName(parameters: Parameters, name = 'collection'): string {
  return textParameter(parameters, name) ?? ''
}
