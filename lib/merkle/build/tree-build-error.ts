import { ReplicationError } from '../../core/index.js'

/** What {@link TreeBuildError} may know besides its reason. */
export interface TreeBuildErrorOptions extends ErrorOptions {
  /** The file that could not be read. */
  readonly path?: string | undefined
}

/** A tree cannot be built: a file cannot be read, or the threads that build have ended. */
export class TreeBuildError extends ReplicationError {
  readonly code = 'ERR_TREE_BUILD' as const
  /** What is wrong, without the file. */
  readonly reason: string
  /** The file that cannot be read, when it is about one. */
  readonly path: string | undefined

  constructor(reason: string, { path, ...options }: TreeBuildErrorOptions = {}) {
    super(`Cannot build a tree${path === undefined ? '' : ` from "${path}"`}: ${reason}`, options)
    this.reason = reason
    this.path = path
  }
}
