import { ERROR_NUMBER } from '../../wire/index.js'
import { RequestError } from '../request-error.js'

/** 404 with 1600: a context that is unknown, has expired, or ends while it is asked. */
export function dumpNotFound(): RequestError {
  return new RequestError(404, ERROR_NUMBER.cursorNotFound, 'requested dump context not found')
}
