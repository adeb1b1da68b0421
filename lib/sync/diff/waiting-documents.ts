import { DiffError } from './diff-error.js'

/** A table on disk: what this needs of one. */
export interface SpillTable {
  /** A promise where the caller has to wait before putting more. */
  put(key: Buffer, value: Buffer): void | Promise<void>
  get(key: Buffer): Buffer | undefined
  delete(key: Buffer): void | Promise<void>
  entries(): AsyncIterable<{ readonly key: Buffer; readonly value: Buffer }>
}

/** A document of one side. */
interface WaitingDocument {
  readonly key: string
  readonly bytes: Buffer
}

/** Bytes that an entry of a map needs beside its document, roughly. */
const ENTRY_BYTES = 200
/** The longest key that a table takes; ArangoDB's keys have up to 254 bytes. */
const TABLE_KEY_BYTES_MAX = 1978

/**
 * Documents of one side that wait for their other side, in three places: the chunk that came last, of
 * which nothing is copied; a window in memory; a table on disk.
 */
export class WaitingDocuments {
  #chunk: Buffer = Buffer.alloc(0)
  /** Start and end in the chunk. */
  readonly #recent = new Map<string, readonly [number, number]>()
  /** In order of arrival, as texts of one character a byte: a small Buffer may pin a larger one. */
  readonly #window = new Map<string, string>()
  #windowBytes = 0
  #table: SpillTable | undefined
  #tableCount = 0
  #writing: Promise<void>[] = []

  /** Bytes of the window. */
  get windowBytes(): number {
    return this.#windowBytes
  }

  /** Those of the chunk before go into the window; then documents of this one can be added. */
  beginChunk(chunk: Buffer): void {
    for (const [key, [start, end]] of this.#recent) {
      this.#takeFromWindow(key)
      const text = this.#chunk.toString('latin1', start, end)
      this.#window.set(key, text)
      this.#windowBytes += bytesOf(key, text)
    }
    this.#recent.clear()
    this.#chunk = chunk
  }

  /** Lets the document between two offsets of the chunk wait. */
  add(key: string, start: number, end: number): void {
    this.#recent.set(key, [start, end])
  }

  /** Takes a document out, wherever it waits; of a repeated key the last one that is in memory. */
  take(key: string): Buffer | undefined {
    const span = this.#recent.get(key)
    if (span !== undefined) {
      this.#recent.delete(key)
      this.#takeFromWindow(key)
      return this.#chunk.subarray(...span)
    }
    const text = this.#takeFromWindow(key)
    if (text !== undefined) return Buffer.from(text, 'latin1')
    return this.#tableCount === 0 ? undefined : this.#takeFromTable(key)
  }

  /** Moves the oldest documents of the window to the table: so many bytes, and at least one. */
  async spill(bytes: number, openTable: () => Promise<SpillTable>): Promise<void> {
    this.#table ??= await openTable()
    const end = Math.max(0, this.#windowBytes - bytes)
    for (const [key, text] of this.#window) {
      this.#takeFromWindow(key)
      const full = this.#table.put(tableKey(key), Buffer.from(text, 'latin1'))
      this.#tableCount += 1
      if (full !== undefined) await full
      if (this.#windowBytes <= end) return
    }
  }

  /** Waits for what is being written. */
  async settle(): Promise<void> {
    const writing = this.#writing
    this.#writing = []
    if (writing.length > 0) await Promise.all(writing)
  }

  /** All that wait: those on disk by key, then the others in order of arrival. */
  async *all(): AsyncGenerator<WaitingDocument> {
    if (this.#table !== undefined) {
      for await (const { key, value } of this.#table.entries()) {
        yield { key: key.toString(), bytes: value }
      }
    }
    for (const [key, text] of this.#window) yield { key, bytes: Buffer.from(text, 'latin1') }
    for (const [key, [start, end]] of this.#recent) {
      yield { key, bytes: this.#chunk.subarray(start, end) }
    }
  }

  #takeFromWindow(key: string): string | undefined {
    const text = this.#window.get(key)
    if (text === undefined) return undefined
    this.#window.delete(key)
    this.#windowBytes -= bytesOf(key, text)
    return text
  }

  #takeFromTable(key: string): Buffer | undefined {
    const stored = tableKey(key)
    const value = this.#table?.get(stored)
    if (value === undefined) return undefined
    this.#tableCount -= 1
    const writing = this.#table?.delete(stored)
    if (writing !== undefined) this.#writing.push(writing)
    return value
  }
}

function bytesOf(key: string, text: string): number {
  return ENTRY_BYTES + key.length + text.length
}

/**
 * The key of a document as one of the table.
 *
 * @throws DiffError when it is longer than keys of documents are allowed to be, by far
 */
function tableKey(key: string): Buffer {
  const bytes = Buffer.from(key)
  if (bytes.length <= TABLE_KEY_BYTES_MAX) return bytes
  const reason = `a document has a key of ${bytes.length} bytes`
  throw new DiffError('ERR_DIFF_KEY_TOO_LONG', `Cannot compare collections: ${reason}`)
}
