import { ReplicationError } from '../core/index.js'

/** A path is not a dump directory, or one that cannot be read. */
export class DirectoryError extends ReplicationError {
  readonly code = 'ERR_DIRECTORY' as const
  readonly path: string

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`Cannot read dump directory "${path}": ${reason}`, options)
    this.path = path
  }
}

/** One file of a dump directory is missing, damaged, or not what its name says. */
export class DumpFileError extends ReplicationError {
  readonly code = 'ERR_DUMP_FILE' as const
  readonly path: string
  /** What is wrong, without the path. */
  readonly reason: string

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`Cannot read dump file "${path}": ${reason}`, options)
    this.path = path
    this.reason = reason
  }
}
