import { ERROR_NUMBER } from '../wire/index.js'
import { attribute, BAD_BODY, fails, type ParameterAbout, type StatusAbout } from './about.js'
import type { Compat } from './compat.js'
import { RequestError } from './request-error.js'

/** The time to live, in the body. */
export const TTL: ParameterAbout = attribute(
  'ttl',
  'number',
  'seconds that the batch lives without being used, 24 h at most; 0 is the default',
  '3600',
)

/** A body without a time to live. */
export const BAD_TTL: readonly StatusAbout[] = [
  BAD_BODY,
  fails(400, 400, 'the body is no object, or its `ttl` no whole number'),
]

/** What {@link unknownBatch} answers. */
export const UNKNOWN_BATCH: readonly StatusAbout[] = [
  fails(400, 1600, 'the batch is unknown or has expired', 'documented'),
  fails(404, 1600, 'the batch is unknown or has expired', 'arangodb'),
]

/** PUT or DELETE of a batch that is unknown or has expired. */
export function unknownBatch(compat: Compat): RequestError {
  const status = compat === 'documented' ? 400 : 404
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
