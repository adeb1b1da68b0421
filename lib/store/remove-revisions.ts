import { DocumentWriter } from './document-writer.js'
import { DocumentKey } from './row-keys.js'
import { TRANSACTION_BYTES_MAX, TRANSACTION_ROWS_MAX } from './write-queue.js'
import type { WriteTransaction } from './write-transaction.js'

/** What removing a slice of revisions did. */
interface RemovedSlice {
  readonly removals: number
  /** Bytes of the documents that are gone. */
  readonly bytes: number
  /** Index of the first revision that was not looked at. */
  readonly next: number
}

/**
 * Removes the documents that have the revisions, from an index on, up to the bounds of one
 * transaction; a removal is a row, and reads its document.
 */
export function removeSlice(
  transaction: WriteTransaction,
  id: number,
  revisions: BigUint64Array,
  first: number,
): RemovedSlice {
  const writer = new DocumentWriter(transaction, id)
  const key = new DocumentKey()
  // In memory the low lane comes first.
  const lanes = new Uint32Array(revisions.buffer, revisions.byteOffset, 2 * revisions.length)
  const end = Math.min(revisions.length, first + TRANSACTION_ROWS_MAX)
  let removals = 0
  let bytes = 0
  let next = first
  for (; next < end && bytes < TRANSACTION_BYTES_MAX; next += 1) {
    key.set(writer.collection.space, lanes[2 * next + 1] as number, lanes[2 * next] as number)
    const removed = writer.removeRevision(key)
    if (removed < 0) continue
    removals += 1
    bytes += removed
  }
  writer.finish()
  return { removals, bytes, next }
}
