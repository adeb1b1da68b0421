import { ReplicationError } from '../../core/index.js'

/** What ended a tail: each kind asks for something else of whoever follows. */
export type TailErrorCode =
  | 'ERR_TAIL_GAP'
  | 'ERR_LEADER_CHANGED'
  | 'ERR_TICK_BACKWARDS'
  | 'ERR_TRANSACTION_UNKNOWN'
  | 'ERR_TAIL_DATABASE'
  | 'ERR_TRANSACTIONS_OPEN'

/** The numbers that ArangoDB's own followers give (client notes, 3.1 to 3.4). */
const ERROR_NUMBERS: Readonly<Partial<Record<TailErrorCode, number>>> = {
  ERR_TAIL_GAP: 1414,
  ERR_LEADER_CHANGED: 1404,
  ERR_TRANSACTION_UNKNOWN: 1408,
}

/**
 * The log of a leader cannot be followed any further, and asking again would not help; the message
 * says what to do.
 */
export class TailError extends ReplicationError {
  readonly code: TailErrorCode
  /** ArangoDB's number of it; undefined where it has none. */
  readonly errorNum: number | undefined

  /** @param message - with what to do about it, in the grammar of all errors */
  constructor(code: TailErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.errorNum = ERROR_NUMBERS[code]
  }
}
