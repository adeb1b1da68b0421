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
  snapshot: Pick<Snapshot, 'tick' | 'serverId'>,
  { address, database }: Pick<Source, 'address' | 'database'>,
  selection: FollowedCollections,
): LogPosition {
  if (database === undefined) throw noPlace(address)
  return { ...positionOfAll(snapshot, address, selection), database }
}

/**
 * As {@link positionOfSnapshot}, in the log of all databases.
 *
 * @param address - of the source
 * @throws {@link FollowReplicaError} `ERR_FOLLOW_SOURCE` where the snapshot has no such place
 */
export function positionOfAll(
  { tick, serverId }: Pick<Snapshot, 'tick' | 'serverId'>,
  address: string,
  selection: FollowedCollections,
): LogPosition {
  if (tick === undefined || serverId === undefined) throw noPlace(address)
  const followed = normaliseSelection(selection)
  return {
    serverId,
    database: undefined,
    tick,
    resumeTick: tick,
    openTransactions: [],
    ...(followed === undefined ? {} : { selection: followed }),
  }
}

function noPlace(address: string): FollowReplicaError {
  const reason = 'its snapshot does not tell where its log goes on'
  return new FollowReplicaError('ERR_FOLLOW_SOURCE', address, reason)
}
