import { describeSystemError, ReplicationError } from '../../core/index.js'

/** A transaction that does not fit into memory could not be kept in a temporary file. */
export class SpillError extends ReplicationError {
  readonly code = 'ERR_SPILL' as const
  /** Where the file is, or was to be made. */
  readonly directory: string

  constructor(directory: string, cause: unknown) {
    const reason = describeSystemError(cause)
    super(`Cannot keep a transaction in a temporary file in "${directory}": ${reason}`, { cause })
    this.directory = directory
  }
}
