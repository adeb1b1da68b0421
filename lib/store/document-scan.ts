import { eachRow } from './each-row.js'
import type { DocumentTable, ReadTransaction } from './layout.js'
import { DocumentKey } from './row-keys.js'
import type { Revision } from '../values/index.js'

/** Rows of one collection, as one snapshot sees them. */
export interface ScanSource {
  readonly documents: DocumentTable
  readonly space: number
  /**
   * The snapshot's read transaction; throws once the snapshot has ended. Undefined reads what is
   * committed, or what the running write transaction sees.
   */
  readonly transaction: () => ReadTransaction | undefined
}

/** Where a scan is: it goes from `start` up to `end`, which does not belong to it. */
export interface ScanPosition {
  readonly start: DocumentKey
  readonly end: DocumentKey
}

interface Slice {
  wantsMore: boolean
  failure: { readonly error: unknown } | undefined
}

/** Begins a scan of the revisions above `after`, up to `through`. */
export function scanPosition(
  space: number,
  after: Revision | undefined,
  through: Revision | undefined,
): ScanPosition {
  const start = new DocumentKey().set(space, 0, 0)
  const end = new DocumentKey().set(space + 1, 0, 0)
  if (after !== undefined) start.setRevision(space, after).increment()
  if (through !== undefined) end.setRevision(space, through).increment()
  return { start, end }
}

/**
 * Reads rows until `take` returns false, and moves the position behind the last one. No cursor
 * stays open, so the caller may wait as long as it likes before the next slice.
 *
 * @returns false when the range has ended
 */
export function scanSlice(
  { documents, transaction }: ScanSource,
  { start, end }: ScanPosition,
  take: (bytes: Uint8Array, length: number) => boolean,
): boolean {
  const { reader } = documents
  const slice: Slice = { wantsMore: true, failure: undefined }
  // A throw out of lmdb's iterator would leave its cursor open, and the transaction with it.
  reader.take = (bytes, length) => {
    try {
      slice.wantsMore = take(bytes, length)
    } catch (error) {
      slice.failure = { error }
      slice.wantsMore = false
    }
  }
  const from = new DocumentKey().set(start.space, start.high, start.low)
  const rows = documents.getRange({ start: from, end, transaction: transaction() })
  eachRow(rows, () => slice.wantsMore)
  if (slice.failure !== undefined) throw slice.failure.error
  if (slice.wantsMore) return false
  start.set(start.space, reader.lanes[0] as number, reader.lanes[1] as number).increment()
  return true
}

/** Reads up to `limit` revisions, high and low lanes in turn, and moves the position. */
export function scanRevisions(
  { documents, transaction }: ScanSource,
  { start, end }: ScanPosition,
  limit: number,
): number[] {
  const { lanes } = documents.reader
  const found: number[] = []
  const from = new DocumentKey().set(start.space, start.high, start.low)
  const range = { start: from, end, limit, values: false, transaction: transaction() }
  eachRow(documents.getRange(range), () => {
    found.push(lanes[0] as number, lanes[1] as number)
    return true
  })
  const [high, low] = found.slice(-2)
  if (high !== undefined && low !== undefined) start.set(start.space, high, low).increment()
  return found
}

/** The revisions of lanes as {@link scanRevisions} gives them. */
export function toRevisions(lanes: readonly number[]): BigUint64Array {
  const revisions = new BigUint64Array(lanes.length / 2)
  // In memory the low lane comes first; no bigint is made.
  const target = new Uint32Array(revisions.buffer)
  for (let index = 0; index < lanes.length; index += 2) {
    target[index] = lanes[index + 1] as number
    target[index + 1] = lanes[index] as number
  }
  return revisions
}
