import { ReplicationError } from '../../core/index.js'

/**
 * Why a directory is not written into: it is not empty, it holds an unfinished dump or a whole one, a
 * process is writing it, the unfinished dump is of another kind, or it cannot hold what it is to get.
 */
export type DirectoryTargetFault =
  'not-empty' | 'unfinished' | 'complete' | 'in-use' | 'different' | 'unsuitable' | 'inaccessible'

/** A directory cannot be written as it was asked for; what is in it was left as it is. */
export class DirectoryTargetError extends ReplicationError {
  readonly code = 'ERR_DIRECTORY_TARGET' as const
  readonly path: string
  /** What is in the way. */
  readonly fault: DirectoryTargetFault

  constructor(path: string, fault: DirectoryTargetFault, reason: string, options?: ErrorOptions) {
    super(`Cannot write dump directory "${path}": ${reason}`, options)
    this.path = path
    this.fault = fault
  }
}
