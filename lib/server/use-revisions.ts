import type { StoreCollection, StoreDatabase } from '../store/index.js'
import type { BatchUse } from './batches.js'
import type { Compat, EndpointContext, EndpointRequest } from './endpoint.js'
import { textParameter, type Parameters } from './parameters.js'
import { collectionNotFound } from './request-error.js'
import {
  missingRevisionsBatch,
  missingRevisionsCollection,
  noRevisions,
  unknownRevisionsBatch,
} from './revisions-errors.js'
import { assertGranted } from './use-collection.js'

/** What a request for `revisions/*` names. */
export interface RevisionsTarget {
  /** Name, local id in decimal, or globallyUniqueId. */
  readonly collection: string | undefined
  readonly batchId: string | undefined
}

/** A collection as the snapshot of a batch has it. */
export interface RevisionsUse {
  readonly collection: StoreCollection
  /** Held, and to be released. */
  readonly batch: BatchUse
}

/** Where collections are looked for: a snapshot, or the store as it is now. */
interface CollectionFinder {
  collection(database: StoreDatabase, nameIdOrGuid: string): StoreCollection | undefined
}

/** Reads the parameters that all of `revisions/*` have. */
export function readTarget(query: Parameters): RevisionsTarget {
  return {
    collection: textParameter(query, 'collection'),
    batchId: textParameter(query, 'batchId'),
  }
}

/**
 * Finds the collection that a request names, in the snapshot of the batch that it names, and holds
 * the batch. What is wrong is told in the order in which the original looks (server notes, section
 * 5): the collection, whether the caller may read it and it syncs by revision, the batch.
 *
 * @throws RequestError 401 (with compat `arangodb` 400 and 404) for what is missing, 403 without the
 *   grant, 404 for what is unknown, 501 for a collection without revisions
 */
export function useRevisions(
  { collection, batchId }: RevisionsTarget,
  request: Pick<EndpointRequest, 'database' | 'permissions'>,
  { store, batches, compat }: Pick<EndpointContext, 'store' | 'batches' | 'compat'>,
): RevisionsUse {
  const batch = batchId === undefined ? undefined : batches.use(batchId)
  try {
    const finder = batch?.snapshot ?? store
    const found = findByRevision(finder, request, collection, compat)
    if (batchId === undefined) throw missingRevisionsBatch(compat)
    if (batch === undefined) throw unknownRevisionsBatch()
    return { collection: found, batch }
  } catch (error) {
    batch?.release()
    throw error
  }
}

/**
 * Finds a collection that syncs by revision.
 *
 * @throws RequestError as {@link useRevisions}
 */
export function findByRevision(
  finder: CollectionFinder,
  request: Pick<EndpointRequest, 'database' | 'permissions'>,
  name: string | undefined,
  compat: Compat,
): StoreCollection {
  if (name === undefined) throw missingRevisionsCollection(compat)
  const found = finder.collection(request.database, name)
  assertGranted(found, name, request, 'ro')
  if (found === undefined) throw collectionNotFound()
  if (!found.definition.syncByRevision) throw noRevisions()
  return found
}
