import type { Tick } from '../../values/index.js'
import { TailError, type TailErrorCode } from './tail-error.js'

type FollowCode = Exclude<TailErrorCode, 'ERR_TRANSACTION_UNKNOWN' | 'ERR_TRANSACTIONS_OPEN'>

/** What to do about each. */
const ADVICE: Readonly<Record<FollowCode, string>> = {
  ERR_TAIL_GAP: 'copy the data anew, an incremental sync will do, and follow from there',
  ERR_LEADER_CHANGED: 'check the address; if it is right, copy the data anew and follow from there',
  ERR_TICK_BACKWARDS:
    'the leader may have been restored from a backup: copy the data anew and follow from there',
  ERR_TAIL_DATABASE: 'use a checkpoint of its own for each database',
}

/**
 * Makes the error of a log that cannot be followed from where it was to be.
 *
 * @param log - the source's address
 * @param reason - without what to do about it
 */
export function cannotFollow(code: FollowCode, log: string, reason: string): TailError {
  return new TailError(code, `Cannot follow the log of ${log}: ${reason}; ${ADVICE[code]}`)
}

/** The error of a log that ends before a tick that was read of it. */
export function endsBelow(log: string, lastTick: Tick, place: Tick): TailError {
  return cannotFollow('ERR_TICK_BACKWARDS', log, `it ends at tick ${lastTick}, before ${place}`)
}
