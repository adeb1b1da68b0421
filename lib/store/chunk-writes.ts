import { addResults, NOTHING_WRITTEN, type WriteResult } from '../replica/index.js'
import type { EntryChunk } from '../streams/index.js'
import { applySlice } from './apply-chunk.js'
import { removeSlice } from './remove-revisions.js'
import type { ApplyOptions } from './write-options.js'
import type { StoreWriter } from './store-writer.js'
import { TRANSACTION_ROWS_MAX } from './write-queue.js'

/** Writes the entries of a chunk, as many transactions as it takes, one after the other. */
export async function applyChunk(
  writer: StoreWriter,
  id: number,
  chunk: EntryChunk,
  { signal, takesRevisions = false, rowsMax = TRANSACTION_ROWS_MAX, expectsNew }: ApplyOptions,
): Promise<WriteResult> {
  let written = NOTHING_WRITTEN
  let firstLine = 0
  while (firstLine < chunk.lineCount) {
    signal?.throwIfAborted()
    const slice = { chunk, firstLine, nowMs: writer.now(), takesRevisions, rowsMax, expectsNew }
    const rows = Math.min(rowsMax, chunk.lineCount - firstLine)
    const result = await writer.write((transaction) => applySlice(transaction, id, slice), rows)
    if (result.error !== undefined) throw result.error
    written = addResults(written, result)
    firstLine = result.nextLine
  }
  return written
}

/** Removes the documents that have the revisions, as many transactions as it takes. */
export async function removeRevisions(
  writer: StoreWriter,
  id: number,
  revisions: BigUint64Array,
  signal: AbortSignal | undefined,
): Promise<WriteResult> {
  let written = NOTHING_WRITTEN
  let first = 0
  while (first < revisions.length) {
    signal?.throwIfAborted()
    const rows = Math.min(TRANSACTION_ROWS_MAX, revisions.length - first)
    const { removals, bytes, next } = await writer.write(
      (transaction) => removeSlice(transaction, id, revisions, first),
      rows,
    )
    written = addResults(written, { ...NOTHING_WRITTEN, removals, bytes })
    first = next
  }
  return written
}
