import { joinLanes, tick, type Tick } from '../values/index.js'
import { MARKER_TYPE } from '../wire/index.js'
import { eachRow } from './each-row.js'
import type { ReadTransaction, WalTable } from './layout.js'
import { readU32 } from './row-keys.js'
import { WAL_HEADER_BYTES } from './wal-record.js'

/** Bytes of the log before others have their turn. */
const SLICE_BYTES = 256 * 1024
/** Markers before others have their turn, however small. */
const SLICE_ROWS = 1024
const U64_MAX = 2n ** 64n - 1n
const ENDS: ReadonlySet<number> = new Set([MARKER_TYPE.commit, MARKER_TYPE.abort])

/** The log as one snapshot sees it. */
export interface LogSource {
  readonly wal: WalTable
  /**
   * The snapshot's read transaction; throws once the snapshot has ended. Undefined reads what is
   * committed.
   */
  readonly transaction: () => ReadTransaction | undefined
}

/** A row of the log as a scan shows it: one object for all rows, valid during the call. */
export class LogRow {
  /** High 32 bits of the tick. */
  high = 0
  /** Low 32 bits of the tick. */
  low = 0
  type = 0
  databaseId = 0
  objectId = 0
  transactionHigh = 0
  transactionLow = 0
  /** Holds the data between {@link dataStart} and {@link dataEnd}. */
  bytes: Uint8Array = new Uint8Array(0)
  readonly dataStart: number = WAL_HEADER_BYTES
  dataEnd = 0

  /** Tells whether the operation belongs to a transaction, or is one's begin or end. */
  get hasTransaction(): boolean {
    return this.transactionHigh !== 0 || this.transactionLow !== 0
  }

  /** Tells whether its transaction goes on behind it. */
  get goesOn(): boolean {
    return this.hasTransaction && !ENDS.has(this.type)
  }

  /** Reads what `encodeWalRecord` wrote. */
  read(lanes: Uint32Array, bytes: Uint8Array, length: number): void {
    this.high = lanes[0] as number
    this.low = lanes[1] as number
    this.type = ((bytes[0] as number) << 8) | (bytes[1] as number)
    this.databaseId = readU32(bytes, 2)
    this.objectId = readU32(bytes, 6)
    this.transactionHigh = readU32(bytes, 10)
    this.transactionLow = readU32(bytes, 14)
    this.bytes = bytes
    this.dataEnd = length
  }
}

/** Which part of the log is scanned. */
export interface LogScan {
  /** Only markers above this tick. */
  readonly after: Tick
  /** Only markers up to this tick. */
  readonly through: Tick
}

interface Slice {
  rows: number
  bytes: number
  /** False once the visitor has had enough. */
  wantsMore: boolean
  failure: { readonly error: unknown } | undefined
}

/**
 * Shows markers in the order of their ticks, a slice of them, and keeps no cursor open, so the caller
 * may wait as long as it likes before the next slice.
 *
 * @param visit - returns false to end the scan
 * @returns the tick to go on after; undefined when the range has ended, or `visit` ended it
 */
export function scanLogSlice(
  { wal, transaction }: LogSource,
  { after, through }: LogScan,
  visit: (row: LogRow) => boolean,
): Tick | undefined {
  if (after >= through) return undefined
  const { reader } = wal
  const row = new LogRow()
  const slice: Slice = { rows: 0, bytes: 0, wantsMore: true, failure: undefined }
  // A throw out of lmdb's iterator would leave its cursor open, and the transaction with it.
  reader.take = (bytes, length) => {
    try {
      row.read(reader.lanes, bytes, length)
      slice.rows += 1
      slice.bytes += length
      slice.wantsMore = visit(row)
    } catch (error) {
      slice.failure = { error }
      slice.wantsMore = false
    }
  }
  const isFull = (): boolean => slice.rows >= SLICE_ROWS || slice.bytes >= SLICE_BYTES
  const range = { start: after + 1n, end: through + 1n, transaction: transaction() }
  eachRow(wal.getRange(range), () => slice.wantsMore && !isFull())
  if (slice.failure !== undefined) throw slice.failure.error
  return slice.wantsMore && isFull() ? tick(joinLanes(row)) : undefined
}

/** The tick of the oldest marker; undefined when the log is empty. */
export function firstLogTick({ wal, transaction }: LogSource): Tick | undefined {
  const { lanes } = wal.reader
  const range = { start: 0n, end: U64_MAX, limit: 1, values: false, transaction: transaction() }
  let first: Tick | undefined
  eachRow(wal.getRange(range), () => {
    first = tick(joinLanes({ high: lanes[0] as number, low: lanes[1] as number }))
    return false
  })
  return first
}
