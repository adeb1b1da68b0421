import { ReplicationError } from '../../core/index.js'
import type { FollowGap } from './follow-event.js'

/**
 * What an incremental synchronisation gets over: the log does not go on from the position, is another
 * leader's, or does not fit the data of the target (client notes, 3.5: 1414, 1404, 1408, 1203).
 */
const GAP_CODES: ReadonlySet<string> = new Set([
  'ERR_TAIL_GAP',
  'ERR_LEADER_CHANGED',
  'ERR_TICK_BACKWARDS',
  'ERR_TRANSACTION_UNKNOWN',
  'ERR_FOLLOW_APPLY',
])

/** Tells whether a follower has to be synchronised anew, and why; undefined for other errors. */
export function gapOf(error: unknown): FollowGap | undefined {
  if (!(error instanceof ReplicationError) || !('code' in error)) return undefined
  const { code, message } = error
  return typeof code === 'string' && GAP_CODES.has(code)
    ? { kind: 'gap', code, message }
    : undefined
}
