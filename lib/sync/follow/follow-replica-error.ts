import { ReplicationError } from '../../core/index.js'

/**
 * Why a source cannot be followed: `ERR_FOLLOW_SOURCE` it has no log, `ERR_FOLLOW_TARGET` the target
 * cannot keep a position, `ERR_FOLLOW_DATABASE` the target follows another database,
 * `ERR_FOLLOW_SELECTION` it follows other collections, `ERR_FOLLOW_RESYNCS` it had to be synchronised
 * anew too often.
 */
export type FollowReplicaErrorCode =
  | 'ERR_FOLLOW_SOURCE'
  | 'ERR_FOLLOW_TARGET'
  | 'ERR_FOLLOW_DATABASE'
  | 'ERR_FOLLOW_SELECTION'
  | 'ERR_FOLLOW_RESYNCS'

/** A target cannot follow a source, or not any longer. */
export class FollowReplicaError extends ReplicationError {
  readonly code: FollowReplicaErrorCode
  /** Address of the source. */
  readonly source: string

  constructor(
    code: FollowReplicaErrorCode,
    source: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot follow ${source}: ${reason}`, options)
    this.code = code
    this.source = source
  }
}
