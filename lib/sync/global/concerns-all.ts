import { RemoteStatusError, RemoteUnreachableError } from '../../remote/index.js'
import { StoreError } from '../../store/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'

const CAUSES_MAX = 8

/**
 * Tells whether what one database failed with would fail the others too: the server cannot be
 * reached, its batch is gone, or the store refuses. Everything else is the database's own matter.
 */
export function concernsAll(error: unknown): boolean {
  let current = error
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth += 1) {
    if (current instanceof RemoteUnreachableError || isGone(current)) return true
    if (current instanceof StoreError && current.code.startsWith('ERR_STORE_')) return true
    current = current.cause
  }
  return false
}

/** Of the batch that all databases are read in. */
function isGone(error: Error): boolean {
  return error instanceof RemoteStatusError && error.errorNum === ERROR_NUMBER.cursorNotFound
}
