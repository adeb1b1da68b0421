import type { WriteResult } from '../replica/index.js'
import type { EntryChunk } from '../streams/index.js'
import { DumpLineError, DumpLineScanner } from '../wire/index.js'
import { setEntryKey } from './check-entry.js'
import { DocumentWriter } from './document-writer.js'
import { ReplicatedDocuments, WriteTally } from './replicated-documents.js'
import { TRANSACTION_BYTES_MAX, TRANSACTION_ROWS_MAX } from './write-queue.js'
import type { WriteTransaction } from './write-transaction.js'

/** What writing a slice of a chunk did. */
export interface SliceResult extends WriteResult {
  /** First line that was not written. */
  readonly nextLine: number
  /** Why the line could not be; those before it are written. */
  readonly error: DumpLineError | undefined
}

/** Entries of a chunk, from a line on. */
export interface ChunkSlice {
  readonly chunk: EntryChunk
  readonly firstLine: number
  /** Wall clock. */
  readonly nowMs: number
  /** Whether a document takes its revision away from another one, which is then removed. */
  readonly takesRevisions: boolean
  /** As `ApplyOptions.rowsMax`. */
  readonly rowsMax?: number | undefined
  /** As `ApplyOptions.expectsNew`. */
  readonly expectsNew?: boolean | undefined
}

/** Writes entries of a chunk up to the bounds of one transaction. */
export function applySlice(
  transaction: WriteTransaction,
  id: number,
  slice: ChunkSlice,
): SliceResult {
  const applier = new SliceApplier(transaction, id, slice)
  const { chunk, firstLine, rowsMax = TRANSACTION_ROWS_MAX } = slice
  const bytesMax = (TRANSACTION_BYTES_MAX / TRANSACTION_ROWS_MAX) * rowsMax
  const lastLine = Math.min(chunk.lineCount, firstLine + rowsMax)
  const bytesEnd = (chunk.offsets[firstLine] ?? 0) + bytesMax
  let nextLine = firstLine
  let error: DumpLineError | undefined
  try {
    while (nextLine < lastLine && (chunk.offsets[nextLine] as number) < bytesEnd) {
      applier.apply(chunk, nextLine)
      nextLine += 1
    }
  } catch (caught) {
    if (!(caught instanceof DumpLineError)) throw caught
    error = caught
  }
  return { ...applier.finish(), nextLine, error }
}

class SliceApplier {
  readonly #transaction: WriteTransaction
  readonly #writer: DocumentWriter
  readonly #documents: ReplicatedDocuments
  readonly #tally: WriteTally
  readonly #scanner = new DumpLineScanner()

  constructor(
    transaction: WriteTransaction,
    id: number,
    { nowMs, takesRevisions, expectsNew }: Omit<ChunkSlice, 'chunk' | 'firstLine'>,
  ) {
    this.#transaction = transaction
    this.#tally = new WriteTally(nowMs)
    this.#writer = new DocumentWriter(transaction, id, expectsNew)
    const options = { tally: this.#tally, takesRevisions }
    this.#documents = new ReplicatedDocuments(this.#writer, options)
  }

  apply(chunk: EntryChunk, line: number): void {
    const scanner = this.#scanner
    if (!chunk.scanLine(line, scanner)) return
    setEntryKey(chunk, line, scanner, this.#documents.key)
    if (scanner.isRemoval) {
      this.#documents.remove()
      return
    }
    const { revisionStart, revisionEnd, documentStart, documentEnd } = scanner
    const at = { start: revisionStart, end: revisionEnd }
    this.#documents.put(chunk.buffer, at, { start: documentStart, end: documentEnd })
  }

  finish(): WriteResult {
    const written = this.#tally.finish(this.#transaction.clock)
    this.#writer.finish()
    return written
  }
}
