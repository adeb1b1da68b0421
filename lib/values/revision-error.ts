import { ReplicationError } from '../core/index.js'

/** A value that should be a revision is none. */
export class RevisionError extends ReplicationError {
  readonly code = 'ERR_REVISION' as const
}
