import { ReplicationError } from '../core/index.js'
import { gapOf, type FollowGap } from '../sync/index.js'

/** Adds to the error of a gap what this command can do about it: the library knows of no flags. */
export function withGapAdvice(error: unknown): unknown {
  const gap = gapOf(error)
  return gap === undefined ? error : new GapError(gap, error)
}

class GapError extends ReplicationError {
  readonly code: string

  constructor({ code, message }: FollowGap, cause: unknown) {
    super(`${message} (with --on-gap resync this command does so by itself)`, { cause })
    this.code = code
  }
}
