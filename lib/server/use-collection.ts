import type { StoreCollection } from '../store/index.js'
import type { EndpointContext, EndpointRequest } from './endpoint.js'
import { textParameter, type Parameters } from './parameters.js'
import { collectionNotFound } from './request-error.js'

/**
 * The collection that a request of a driver is about: the one place where it is looked up, and
 * whether its caller may use it is to be asked.
 *
 * @param name - its name, local id in decimal, or globallyUniqueId
 * @throws RequestError 404 with errorNum 1203
 */
export function useCollection(
  name: string,
  { database }: Pick<EndpointRequest, 'database'>,
  { store }: Pick<EndpointContext, 'store'>,
): StoreCollection {
  const collection = name === '' ? undefined : store.collection(database, name)
  if (collection === undefined) throw collectionNotFound()
  return collection
}

/** The part of the path, or the parameter, that names a collection; empty when it is missing. */
export function collectionName(parameters: Parameters, name = 'collection'): string {
  return textParameter(parameters, name) ?? ''
}
