import type { FollowedCollections, LogPosition, Snapshot, Source } from '../../replica/index.js'
import { FollowReplicaError } from './follow-replica-error.js'
import { normaliseSelection } from './followed-selection.js'

/**
 * The place in a source's log at which a snapshot was taken. No transaction is open there: a snapshot
 * shows whole transactions, and the log has them one after the other.
 *
 * @throws {@link FollowReplicaError} `ERR_FOLLOW_SOURCE` where the snapshot has no such place
 */
export function positionOfSnapshot(
  { tick, serverId }: Snapshot,
  { address, database }: Pick<Source, 'address' | 'database'>,
  selection: FollowedCollections,
): LogPosition {
  if (tick === undefined || serverId === undefined || database === undefined) {
    const reason = 'its snapshot does not tell where its log goes on'
    throw new FollowReplicaError('ERR_FOLLOW_SOURCE', address, reason)
  }
  const followed = normaliseSelection(selection)
  return {
    serverId,
    database,
    tick,
    resumeTick: tick,
    openTransactions: [],
    ...(followed === undefined ? {} : { selection: followed }),
  }
}
