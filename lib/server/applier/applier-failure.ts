import { ERROR_NUMBER } from '../../wire/index.js'
import { RequestError, shuttingDown } from '../request-error.js'
import { ApplierError } from './applier-error.js'
import type { ApplierFailure } from './applier-figures.js'

const SERVER_ERROR = 500
const FORBIDDEN = 403
const CONFIGURATION_ERROR = 400

/** How a run ended: because it was told to, or because of a failure. */
export type ApplierOutcome = 'stopped' | ApplierFailure

/**
 * What is told of an error that ended a run. Errors that nobody foresaw may say anything, so that
 * nothing of them is told.
 *
 * @param time - milliseconds since 1970
 */
export function failureOf(error: unknown, time: number): ApplierFailure {
  if (isTold(error)) return { errorNum: error.errorNum, message: error.message, time }
  return { errorNum: ERROR_NUMBER.internal, message: 'internal error', time }
}

/**
 * The answer to whom waits for a synchronisation that ended early.
 *
 * @param isClosing - whether the leader closes
 */
export function unfinishedAnswer(outcome: ApplierOutcome, isClosing: boolean): RequestError {
  if (outcome !== 'stopped') {
    const { errorNum, message } = outcome
    return new RequestError(statusOf(errorNum), errorNum, message)
  }
  if (isClosing) return shuttingDown()
  const message = 'the follower was stopped before it had synchronised'
  return new RequestError(SERVER_ERROR, ERROR_NUMBER.applierStopped, message)
}

function statusOf(errorNum: number): number {
  if (errorNum === ERROR_NUMBER.forbidden) return FORBIDDEN
  if (errorNum === ERROR_NUMBER.invalidApplierConfiguration) return CONFIGURATION_ERROR
  return SERVER_ERROR
}

/** What the engine throws was made to be told, and so are answers to requests. */
function isTold(error: unknown): error is Error & { readonly errorNum: number } {
  return error instanceof RequestError || error instanceof ApplierError
}
