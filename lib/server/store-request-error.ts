import { DocumentError, type StoreError, type StoreErrorCode } from '../store/index.js'
import { ERROR_NUMBER } from '../wire/index.js'
import { limitReached, RequestError, shuttingDown } from './request-error.js'

/** Status and errorNum of what a store refuses because of the request (drivers notes). */
const ANSWERS: Partial<Record<StoreErrorCode, readonly [status: number, errorNum: number]>> = {
  ERR_COLLECTION_EXISTS: [409, ERROR_NUMBER.duplicateName],
  ERR_COLLECTION_NOT_FOUND: [404, ERROR_NUMBER.collectionNotFound],
  ERR_DATABASE_EXISTS: [409, ERROR_NUMBER.duplicateName],
  ERR_DATABASE_NOT_FOUND: [404, ERROR_NUMBER.databaseNotFound],
  ERR_DEFINITION_INVALID: [400, ERROR_NUMBER.badParameter],
  ERR_DOCUMENT_EXISTS: [409, ERROR_NUMBER.uniqueConstraintViolated],
  ERR_DOCUMENT_INVALID: [400, ERROR_NUMBER.invalidJson],
  ERR_DOCUMENT_NOT_FOUND: [404, ERROR_NUMBER.documentNotFound],
  ERR_DOCUMENT_TOO_LARGE: [400, ERROR_NUMBER.documentTooLarge],
  ERR_EDGE_INVALID: [400, ERROR_NUMBER.invalidEdgeAttribute],
  ERR_HANDLE_INVALID: [400, ERROR_NUMBER.documentHandleBad],
  ERR_INDEX_NOT_FOUND: [404, ERROR_NUMBER.indexNotFound],
  ERR_KEY_INVALID: [400, ERROR_NUMBER.documentKeyBad],
  ERR_KEY_MISSING: [400, ERROR_NUMBER.documentKeyMissing],
  ERR_KEY_OPTIONS_INVALID: [400, ERROR_NUMBER.invalidKeyGenerator],
  ERR_KEY_UNEXPECTED: [400, ERROR_NUMBER.documentKeyUnexpected],
  ERR_KEYS_USED_UP: [500, ERROR_NUMBER.outOfKeys],
  ERR_NAME_INVALID: [400, ERROR_NUMBER.illegalName],
  ERR_REVISION_CONFLICT: [412, ERROR_NUMBER.conflict],
  ERR_UNIQUE_CONFLICT: [409, ERROR_NUMBER.uniqueConstraintViolated],
}

/** What the answer to a request is that the store refused; 500 for what is not the request's fault. */
export function storeRequestError(error: StoreError): RequestError {
  if (error.code === 'ERR_SNAPSHOT_LIMIT') return limitReached('open snapshots')
  if (error.code === 'ERR_STORE_CLOSED') return shuttingDown()
  const answer = ANSWERS[error.code]
  if (answer === undefined) return new RequestError(500, ERROR_NUMBER.internal, 'internal error')
  const [status, errorNum] = answer
  return new RequestError(status, errorNum, error.message, {}, detailsOf(error))
}

/** The original says in which revision the document is that was to be in another one. */
function detailsOf(error: StoreError): Readonly<Record<string, string>> {
  if (!(error instanceof DocumentError) || error.code !== 'ERR_REVISION_CONFLICT') return {}
  const { id, key, revision = '' } = error
  return { _id: id, _key: key, _rev: revision }
}
