import { ReplicationError } from '../core/index.js'

/** A value that should be a tick is none. */
export class TickError extends ReplicationError {
  readonly code = 'ERR_TICK' as const
}
