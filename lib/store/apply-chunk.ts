import type { WriteResult } from '../replica/index.js'
import type { EntryChunk } from '../streams/index.js'
import { joinLanes, revision } from '../values/index.js'
import { DumpLineError, DumpLineScanner } from '../wire/index.js'
import { setEntryKey } from './check-entry.js'
import { DocumentWriter } from './document-writer.js'
import { readLineRevision } from './line-revision.js'
import { DocumentKey, KeyKey } from './row-keys.js'
import type { WriteTransaction } from './write-transaction.js'
import { TRANSACTION_BYTES_MAX, TRANSACTION_ROWS_MAX } from './write-queue.js'

const DAY_MS = 24n * 3600n * 1000n
const COUNTER_BITS = 20n

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
}

/** Writes entries of a chunk up to the bounds of one transaction. */
export function applySlice(
  transaction: WriteTransaction,
  id: number,
  slice: ChunkSlice,
): SliceResult {
  const applier = new SliceApplier(transaction, id, slice)
  const { chunk, firstLine } = slice
  const lastLine = Math.min(chunk.lineCount, firstLine + TRANSACTION_ROWS_MAX)
  const bytesEnd = (chunk.offsets[firstLine] ?? 0) + TRANSACTION_BYTES_MAX
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
  readonly #writer: DocumentWriter
  readonly #transaction: WriteTransaction
  readonly #scanner = new DumpLineScanner()
  readonly #key = new KeyKey()
  readonly #revisionKey = new DocumentKey()
  readonly #newest = new DocumentKey()
  readonly #futureBound = new DocumentKey()
  readonly #takesRevisions: boolean
  #documents = 0
  #removals = 0
  #bytes = 0
  #replacedRevisions = 0
  #futureRevisions = 0

  constructor(
    transaction: WriteTransaction,
    id: number,
    { nowMs, takesRevisions }: Pick<ChunkSlice, 'nowMs' | 'takesRevisions'>,
  ) {
    this.#transaction = transaction
    this.#takesRevisions = takesRevisions
    this.#writer = new DocumentWriter(transaction, id)
    const { space } = this.#writer.collection
    this.#key.space = space
    this.#revisionKey.set(space, 0, 0)
    this.#futureBound.setRevision(space, (BigInt(nowMs) + DAY_MS) << COUNTER_BITS)
  }

  apply(chunk: EntryChunk, line: number): void {
    if (!chunk.scanLine(line, this.#scanner)) return
    setEntryKey(chunk, line, this.#scanner, this.#key)
    if (this.#scanner.isRemoval) {
      this.#writer.remove(this.#key)
      this.#removals += 1
    } else {
      this.#bytes += this.#putDocument(chunk.buffer)
      this.#documents += 1
    }
  }

  finish(): WriteResult {
    this.#transaction.clock.observe(revision(joinLanes(this.#newest)))
    this.#writer.finish()
    return {
      documents: this.#documents,
      removals: this.#removals,
      bytes: this.#bytes,
      replacedRevisions: this.#replacedRevisions,
      futureRevisions: this.#futureRevisions,
    }
  }

  #putDocument(bytes: Buffer): number {
    const { revisionStart, revisionEnd, documentStart, documentEnd } = this.#scanner
    const document = { bytes, start: documentStart, end: documentEnd }
    const key = this.#revisionKey
    if (readLineRevision(bytes, revisionStart, revisionEnd, key)) {
      let length = this.#writer.put(this.#key, key, document)
      if (length < 0 && this.#takesRevisions) {
        this.#writer.removeRevision(key)
        this.#removals += 1
        length = this.#writer.put(this.#key, key, document)
      }
      if (length >= 0) {
        this.#note(key)
        return length
      }
    }
    this.#replacedRevisions += 1
    return this.#writer.putWithNewRevision(this.#key, document)
  }

  /** Counts a revision from the future, and remembers the newest for the clock. */
  #note(key: DocumentKey): void {
    if (isAbove(key, this.#futureBound)) this.#futureRevisions += 1
    if (isAbove(key, this.#newest)) this.#newest.set(key.space, key.high, key.low)
  }
}

function isAbove(a: DocumentKey, b: DocumentKey): boolean {
  return a.high !== b.high ? a.high > b.high : a.low > b.low
}
