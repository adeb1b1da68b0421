import { DumpLineScanner } from '../wire/index.js'
import { readCounters, type CountersRow } from './catalog.js'
import { scanPosition, scanSlice, type ScanPosition } from './document-scan.js'
import { setLineKey } from './line-key.js'
import { nextTurn } from './next-turn.js'
import { KeyKey } from './row-keys.js'
import type { UniqueIndex } from './unique-index.js'
import { UniqueRows, type Values } from './unique-rows.js'
import { TRANSACTION_BYTES_MAX, TRANSACTION_ROWS_MAX, type WriteQueue } from './write-queue.js'
import type { WriteTransaction } from './write-transaction.js'

/** What an {@link IndexBuild} builds. */
export interface IndexBuildTask {
  /** The collection's. */
  readonly id: number
  readonly isBuilt: (index: UniqueIndex) => boolean
  /** Refuses documents that are not unique; otherwise they are counted. */
  readonly isStrict: boolean
}

/** A document whose rows are to be put. */
interface Found {
  readonly key: KeyKey
  readonly values: Values
}

/**
 * Puts the rows of unique indexes for the documents that are there, in the order of their revisions:
 * a slice a transaction, and between two of them the event loop and other writes have their turn.
 * Those put rows themselves, so that nothing that comes or goes meanwhile is missed.
 */
export class IndexBuild {
  readonly #writer: Pick<WriteQueue, 'write'>
  readonly #task: IndexBuildTask
  #position: ScanPosition | undefined
  #repeats = 0

  constructor(writer: Pick<WriteQueue, 'write'>, task: IndexBuildTask) {
    this.#writer = writer
    this.#task = task
  }

  /**
   * Builds to the end, or until there is nothing to build any more.
   *
   * @returns how many documents have values that another one has
   * @throws the signal's reason; DocumentError `ERR_UNIQUE_CONFLICT` where that is strict
   */
  async run(signal?: AbortSignal): Promise<number> {
    for (;;) {
      signal?.throwIfAborted()
      const hasMore = await this.#writer.write(
        (transaction) => this.#putSlice(transaction),
        TRANSACTION_ROWS_MAX,
      )
      if (!hasMore) return this.#repeats
      await nextTurn()
    }
  }

  /** @returns false at the end */
  #putSlice(transaction: WriteTransaction): boolean {
    const { id, isBuilt } = this.#task
    const counters = readCounters(transaction.tables.meta, id)
    const indexes = counters?.uniqueIndexes?.filter(isBuilt) ?? []
    if (counters === undefined || indexes.length === 0) return false
    this.#position ??= scanPosition(counters.space, undefined, undefined)
    // Emptied meanwhile: what came after that has its rows.
    if (this.#position.end.space !== counters.space + 1) return false
    const { unique: table } = transaction.tables
    const { name: collection } = counters
    const rows = new UniqueRows({ table, indexes, collection, action: 'make the index' })
    const { found, hasMore } = this.#read(transaction, counters, rows)
    for (const each of found) this.#put(rows, each)
    return hasMore
  }

  #read(
    { tables: { documents } }: WriteTransaction,
    { space }: CountersRow,
    rows: UniqueRows,
  ): { readonly found: readonly Found[]; readonly hasMore: boolean } {
    const scanner = new DumpLineScanner()
    const found: Found[] = []
    let bytesRead = 0
    let rowCount = 0
    const source = { documents, space, transaction: () => undefined }
    const hasMore = scanSlice(source, this.#position as ScanPosition, (bytes, length) => {
      const document = Buffer.from(bytes.buffer, bytes.byteOffset, length)
      scanner.scan(document, 0, length)
      const values = rows.valuesOf(document)
      found.push({ key: readKey(document, scanner, space), values })
      bytesRead += length
      rowCount += 1 + values.reduce((sum, { digests }) => sum + digests.size, 0)
      return rowCount < TRANSACTION_ROWS_MAX && bytesRead < TRANSACTION_BYTES_MAX
    })
    return { found, hasMore }
  }

  #put(rows: UniqueRows, { key, values }: Found): void {
    const none = rows.valuesOf(undefined)
    if (this.#task.isStrict) rows.check(key, none, values)
    else if (rows.isShared(key, values)) this.#repeats += 1
    rows.change(key, none, values)
  }
}

/** The key of a stored document, as a copy: what is scanned is valid until the next read. */
function readKey(document: Buffer, { keyStart, keyEnd }: DumpLineScanner, space: number): KeyKey {
  const text = Buffer.from(document.subarray(keyStart - 1, keyEnd + 1))
  const key = new KeyKey()
  key.space = space
  setLineKey(key, text, 1, text.length - 1)
  return key
}
