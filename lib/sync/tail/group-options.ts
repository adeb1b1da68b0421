import { IN_FLIGHT_BYTES_MAX, OPEN_TRANSACTIONS_MAX } from '../../core/index.js'
import type { LogPosition } from '../../replica/index.js'
import type { Tick } from '../../values/index.js'

/** How a log is cut into groups. */
export interface GroupOptions {
  /**
   * Bytes of memory that the lines of open transactions take together; beyond it the largest goes to
   * a temporary file. Default: half of `IN_FLIGHT_BYTES_MAX`.
   */
  readonly bytesMax?: number | undefined
  /** Where temporary files are made. Default: the system's directory for them. */
  readonly directory?: string | undefined
  /** Transactions that may be open at one time. Default: `OPEN_TRANSACTIONS_MAX`. */
  readonly openTransactionsMax?: number | undefined
  /**
   * What was dealt with already, where the log is read from the `resumeTick` of this position on:
   * groups that end at or below its tick are left out.
   */
  readonly after?: Tick | Pick<LogPosition, 'tick' | 'openTransactions'> | undefined
  /**
   * What becomes of a marker of a type that is not known: `keep` lets it through, `refuse` ends with
   * an UnknownMarkerError. Default: `keep`.
   */
  readonly unknownTypes?: 'keep' | 'refuse' | undefined
}

/** The limits of {@link GroupOptions}, each of them given. */
export interface GroupLimits {
  readonly bytesMax: number
  readonly openTransactionsMax: number
  readonly directory: string | undefined
}

/** @throws RangeError when a limit is not a positive integer */
export function limitsOf({
  bytesMax = IN_FLIGHT_BYTES_MAX / 2,
  openTransactionsMax = OPEN_TRANSACTIONS_MAX,
  directory,
}: GroupOptions): GroupLimits {
  assertPositive(bytesMax, 'bytesMax')
  assertPositive(openTransactionsMax, 'openTransactionsMax')
  return { bytesMax, openTransactionsMax, directory }
}

function assertPositive(value: number, name: string): void {
  if (Number.isSafeInteger(value) && value > 0) return
  throw new RangeError(`Cannot group transactions: ${name} must be a positive integer`)
}
