import { ReplicationError } from '../core/index.js'

/** The command line asks for something that does not exist or does not fit. */
export class UsageError extends ReplicationError {
  readonly code = 'ERR_USAGE' as const
}
