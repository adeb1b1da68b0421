import { ReplicationError } from '../../core/index.js'

/** What ended a tail: each kind asks for something else of whoever follows. */
export type TailErrorCode =
  | 'ERR_TAIL_GAP'
  | 'ERR_LEADER_CHANGED'
  | 'ERR_TICK_BACKWARDS'
  | 'ERR_TRANSACTION_UNKNOWN'
  | 'ERR_TAIL_DATABASE'
  | 'ERR_TRANSACTIONS_OPEN'

/** The log of a leader cannot be followed any further; the message says what to do. */
export class TailError extends ReplicationError {
  readonly code: TailErrorCode

  /** @param message - with what to do about it, in the grammar of all errors */
  constructor(code: TailErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
