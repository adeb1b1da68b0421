import type { StoreCollection } from '../../store/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import type { BatchUse } from '../batches.js'
import type { EndpointContext, EndpointRequest } from '../endpoint.js'
import { parseLenientNumber } from '../parameters.js'
import { badRequest, collectionNotFound, RequestError } from '../request-error.js'
import { assertGranted } from '../use-collection.js'

const KEYS_ID = /^(\d{1,20})-(\d{1,20})$/

/** A collection whose keys are compared, as the snapshot of a batch has it. */
export interface KeysUse {
  readonly collection: StoreCollection
  /** Held, and to be released. */
  readonly batch: BatchUse
}

type Asking = Pick<EndpointRequest, 'database' | 'permissions'>
type Finding = Pick<EndpointContext, 'store' | 'batches'>

/** The id of the keys of a collection in a batch: nothing is kept for it but the batch. */
export function formatKeysId(batchId: string, { id }: Pick<StoreCollection, 'id'>): string {
  return `${parseLenientNumber(batchId)}-${id}`
}

/**
 * Finds what an id of keys stands for, and holds its batch.
 *
 * @throws RequestError 404 for an id whose batch or collection is unknown, 403 without the grant
 */
export function useKeys(keysId: string, request: Asking, context: Finding): KeysUse {
  const [, batchId, collectionId = ''] = KEYS_ID.exec(keysId) ?? []
  return useCollectionOfBatch({ collection: collectionId, batchId }, request, context)
}

/**
 * Finds a collection in the snapshot of a batch, and holds that.
 *
 * @throws RequestError 400 without a name, 403 without the grant, 404 for what is unknown
 */
export function useCollectionOfBatch(
  named: { readonly collection: string | undefined; readonly batchId: string | undefined },
  request: Asking,
  { store, batches }: Finding,
): KeysUse {
  const { collection: name, batchId } = named
  if (name === undefined) throw badRequest('invalid collection parameter')
  const batch = batchId === undefined ? undefined : batches.use(batchId)
  try {
    const found = (batch?.snapshot ?? store).collection(request.database, name)
    assertGranted(found, name, request, 'ro')
    if (batch === undefined) throw unknownKeys(batchId !== undefined)
    if (found === undefined) throw collectionNotFound()
    return { collection: found, batch }
  } catch (error) {
    batch?.release()
    throw error
  }
}

function unknownKeys(isGiven: boolean): RequestError {
  const message = isGiven
    ? 'replication keys - unable to find context (it could be expired)'
    : 'batchId not specified'
  return new RequestError(404, ERROR_NUMBER.cursorNotFound, message)
}
