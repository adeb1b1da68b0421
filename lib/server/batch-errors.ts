import { ERROR_NUMBER } from '../wire/index.js'
import type { Compat } from './endpoint.js'
import { RequestError } from './request-error.js'

/** PUT or DELETE of a batch that is unknown or has expired. */
export function unknownBatch(compat: Compat): RequestError {
  const status = compat === 'arangodb' ? 404 : 400
  return new RequestError(status, ERROR_NUMBER.cursorNotFound, 'cursor not found')
}

/** An inventory without `batchId`, or of an unknown batch. */
export function unknownInventoryBatch(isNamed: boolean): RequestError {
  const message = isNamed ? 'context was not found' : 'batchId not specified'
  return new RequestError(404, ERROR_NUMBER.cursorNotFound, message)
}

/** A dump without `batchId`, or of an unknown batch. */
export function unknownDumpBatch(isNamed: boolean): RequestError {
  const message = isNamed
    ? 'replication dump - unable to find context (it could be expired)'
    : 'replication dump - request misses batchId'
  return new RequestError(404, ERROR_NUMBER.httpBadParameter, message)
}
