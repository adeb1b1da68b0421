import { ReplicationError } from '../../core/index.js'
import { FollowError } from '../../replica/index.js'
import { RemoteAddressError } from '../../remote/index.js'
import { StoreError } from '../../store/index.js'
import {
  DatabasesUnfinishedError,
  FollowReplicaError,
  TailError,
  UnfinishedCopyError,
} from '../../sync/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { RequestError } from '../request-error.js'
import { storeRequestError } from '../store-request-error.js'
import { replicationErrorNum, tellsSecret } from '../sync/index.js'
import type { ApplierSecret } from './applier-config.js'

/** A background follower has stopped by itself. */
export class ApplierError extends ReplicationError {
  readonly code = 'ERR_APPLIER' as const
  /** As the original's followers number it: 1400 to 1414, or a number of the store. */
  readonly errorNum: number

  constructor(errorNum: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.errorNum = errorNum
  }
}

/** What the tail's own errors without a number come to. */
const TAIL_NUMBERS: Partial<Record<TailError['code'], number>> = {
  // The leader was restored from a backup: its log does not have the tick.
  ERR_TICK_BACKWARDS: ERROR_NUMBER.startTickNotPresent,
  ERR_TAIL_DATABASE: ERROR_NUMBER.invalidApplierState,
  ERR_TRANSACTIONS_OPEN: ERROR_NUMBER.unexpectedTransaction,
}

/**
 * Makes the error that a background follower stops with, or tries again after.
 *
 * @param secret - is never part of the message, even if the leader says it
 */
export function toApplierError(error: unknown, secret: ApplierSecret): ApplierError {
  if (error instanceof ApplierError) return error
  const cause = rootOf(error)
  const message = describe(error, cause)
  const told = tellsSecret(message, secret)
    ? 'Cannot follow the leader: what it answered is left out, for it has the password in it'
    : message
  return new ApplierError(numberOf(cause), told, { cause: error })
}

/** Whoever asked hears also that nothing is wrong with what was asked for. */
function describe(error: unknown, cause: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (!(cause instanceof RemoteAddressError)) return message
  return `${message}; who runs this server can allow others`
}

/** What an early end of a copy, or of several, was caused by. */
export function rootOf(error: unknown): unknown {
  if (error instanceof UnfinishedCopyError) return rootOf(error.cause)
  if (error instanceof DatabasesUnfinishedError) return rootOf(error.cause)
  if (error instanceof FollowReplicaError && error.code === 'ERR_FOLLOW_RESYNCS') {
    return rootOf(error.cause)
  }
  return error
}

function numberOf(cause: unknown): number {
  if (cause instanceof ApplierError) return cause.errorNum
  if (cause instanceof RequestError) return cause.errorNum
  if (cause instanceof RemoteAddressError) return ERROR_NUMBER.forbidden
  if (cause instanceof FollowError) return followNumber(cause)
  if (cause instanceof TailError) {
    return cause.errorNum ?? TAIL_NUMBERS[cause.code] ?? ERROR_NUMBER.invalidResponse
  }
  if (cause instanceof FollowReplicaError) return ERROR_NUMBER.invalidApplierState
  return replicationErrorNum(cause) ?? ERROR_NUMBER.internal
}

function followNumber({ errorNumber, cause }: FollowError): number {
  if (errorNumber !== undefined) return errorNumber
  return cause instanceof StoreError
    ? storeRequestError(cause).errorNum
    : ERROR_NUMBER.invalidResponse
}
