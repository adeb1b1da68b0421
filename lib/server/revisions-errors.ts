import { ERROR_NUMBER } from '../wire/index.js'
import type { Compat } from './endpoint.js'
import { RequestError } from './request-error.js'

/*
 * The documentation says 401 for parameters that are missing; the errorNum, of which it says nothing,
 * is the original's (design, "The leader's two forms").
 */

/** A request for `revisions/*` without `collection`. */
export function missingRevisionsCollection(compat: Compat): RequestError {
  const status = compat === 'documented' ? 401 : 400
  return new RequestError(status, ERROR_NUMBER.httpBadParameter, 'invalid collection parameter')
}

/** A request for `revisions/*` without `batchId`. */
export function missingRevisionsBatch(compat: Compat): RequestError {
  const status = compat === 'documented' ? 401 : 404
  const message = 'replication revisions - request misses batchId'
  return new RequestError(status, ERROR_NUMBER.httpBadParameter, message)
}

/** A batch that is unknown or has expired: 404 in both forms, as on the other endpoints. */
export function unknownRevisionsBatch(): RequestError {
  const message = 'replication revisions - unable to find context (it could be expired)'
  return new RequestError(404, ERROR_NUMBER.cursorNotFound, message)
}

/** 501, after which a follower compares the collection in another way. */
export function noRevisions(): RequestError {
  const message = 'this collection does not support revision-based replication'
  return new RequestError(501, ERROR_NUMBER.notImplemented, message)
}
