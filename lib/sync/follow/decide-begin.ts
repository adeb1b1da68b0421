import type { FollowedCollections, LogPosition } from '../../replica/index.js'
import { FollowReplicaError } from './follow-replica-error.js'
import { describeSelection, isSameSelection } from './followed-selection.js'

/** How following begins: with a copy, or right away where the target stands. */
export type FollowBegin =
  { readonly kind: 'copy' } | { readonly kind: 'go-on'; readonly position: LogPosition }

/** What is to be followed. */
export interface FollowWish {
  /** Address of the source, for messages. */
  readonly source: string
  readonly database: string | undefined
  readonly selection: FollowedCollections
  /** Only what differs is moved where there has to be a copy. */
  readonly incremental: boolean
}

/**
 * Decides from where the target stands. Without a position everything is copied first; with one the
 * log says what is missing, so nothing is compared. Whether the leader is still the same is left to
 * the tail, since what to do about another one is the same as about a gap.
 *
 * Collections that were not followed so far have missed changes. They are got by an incremental copy,
 * where one was asked for; a full one would replace what is there, and is begun by nothing but its
 * own command.
 *
 * @throws {@link FollowReplicaError} `ERR_FOLLOW_DATABASE`, `ERR_FOLLOW_SELECTION`
 */
export function decideBegin(position: LogPosition | undefined, wish: FollowWish): FollowBegin {
  if (position === undefined) return { kind: 'copy' }
  const { source, database, selection, incremental } = wish
  if (position.database !== database) {
    const reason =
      `the target follows ${describeDatabase(position.database)} of a leader; ` +
      'copy into another target, or copy this one anew without following first'
    throw new FollowReplicaError('ERR_FOLLOW_DATABASE', source, reason)
  }
  if (isSameSelection(position.selection, selection)) return { kind: 'go-on', position }
  if (incremental) return { kind: 'copy' }
  const reason =
    `the target follows ${describeSelection(position.selection)}, and ` +
    `${describeSelection(selection)} is asked for: choose the same, or let an incremental ` +
    'synchronisation bring the others up to date first'
  throw new FollowReplicaError('ERR_FOLLOW_SELECTION', source, reason)
}

function describeDatabase(name: string | undefined): string {
  return name === undefined ? 'all databases' : `database "${name}"`
}
