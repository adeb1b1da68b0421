import { ReplicationError } from '../core/index.js'

/** What can be wrong with a revision tree, or with two of them together. */
export type TreeErrorCode =
  | 'ERR_TREE_DEPTH'
  | 'ERR_TREE_RANGE'
  | 'ERR_TREE_WIDTH'
  | 'ERR_TREE_NARROW'
  | 'ERR_TREE_GRID'
  | 'ERR_TREE_OVERFLOW'
  | 'ERR_TREE_UNDERFLOW'
  | 'ERR_TREE_OUT_OF_RANGE'
  | 'ERR_TREE_NOT_PRESENT'
  | 'ERR_TREE_DEPTHS'
  | 'ERR_TREE_GRIDS'
  | 'ERR_TREE_ORIGINS'
  | 'ERR_TREE_BELOW_RANGE'

/** A revision tree cannot be what was asked of it; {@link TreeError.code} says why. */
export class TreeError extends ReplicationError {
  readonly code: TreeErrorCode

  constructor(code: TreeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
