import { AssertionError } from 'node:assert'
import {
  RemoteIncompatibleError,
  RemoteStatusError,
  RemoteUnauthorizedError,
} from '../../remote/index.js'
import { CheckpointError } from './checkpoint-error.js'
import { TailError } from './tail-error.js'

/** What the leader or the caller has to change first. */
const LASTING = [
  TailError,
  CheckpointError,
  RemoteUnauthorizedError,
  RemoteIncompatibleError,
  TypeError,
  RangeError,
  AssertionError,
]
const REQUEST_TIMEOUT = 408
const TOO_MANY_REQUESTS = 429

/** Tells whether trying again may help. */
export function isPassing(error: unknown): boolean {
  if (LASTING.some((kind) => error instanceof kind)) return false
  if (error instanceof RemoteStatusError) return isPassingStatus(error.status)
  return !(error instanceof Error && error.name === 'AbortError')
}

/** What a server finds wrong with a request stays wrong, but for its being too early. */
function isPassingStatus(status: number): boolean {
  if (status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS) return true
  return status < 400 || status >= 500
}
