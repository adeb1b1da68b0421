import { ReplicationError } from '../../core/index.js'

/**
 * Text or bytes are not a revision tree. What is a tree in form but cannot be one in its shape (a
 * depth of 1, a width that is no power of two) is a `TreeError`.
 */
export class TreeFormatError extends ReplicationError {
  readonly code = 'ERR_TREE_FORMAT' as const
  /** Where it is wrong: an attribute's name, `nodes[17]`, `shards[3]`, or `text` or `bytes` as a whole. */
  readonly place: string
  /** What is wrong there, without the place. */
  readonly reason: string

  constructor(place: string, reason: string, options?: ErrorOptions) {
    super(`Cannot read a revision tree: ${place} ${reason}`, options)
    this.place = place
    this.reason = reason
  }
}
