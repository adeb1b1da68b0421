import { StoreError } from '../store/index.js'
import { ERROR_NUMBER, formatErrorBody } from '../wire/index.js'
import { jsonAnswer, type Answer } from './answer.js'
import { RequestError } from './request-error.js'
import { storeRequestError } from './store-request-error.js'

/** The answer to a request that failed: always a body of the one shape. */
export function errorAnswer(error: unknown): Answer {
  const { status, errorNum, message, headers, details } = toRequestError(error)
  const shape = formatErrorBody({ code: status, errorNum, errorMessage: message })
  const body = { ...shape, ...details }
  return jsonAnswer(body, status, headers)
}

/** Tells whether an error is the leader's own fault, which its owner should hear of. */
export function isUnexpected(error: unknown): boolean {
  return toRequestError(error).status === 500
}

function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  if (error instanceof StoreError) return storeRequestError(error)
  const status = clientErrorStatus(error)
  if (status !== undefined) return new RequestError(status, status, clientErrorText(status))
  return new RequestError(500, ERROR_NUMBER.internal, 'internal error')
}

/** The framework's errors about a request carry the status. */
function clientErrorStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const { statusCode } = error
  const isClients = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  return isClients ? statusCode : undefined
}

function clientErrorText(status: number): string {
  if (status === 413) return 'request body too large'
  if (status === 415) return 'unsupported content type'
  return 'bad request'
}
