import type { EntryChunk } from '../../streams/index.js'
import { decodeText, DumpLineScanner } from '../../wire/index.js'
import { DiffError } from './diff-error.js'
import { WaitingDocuments, type SpillTable } from './waiting-documents.js'

/** One of the two replicas that are compared. */
export type DiffSide = 'a' | 'b'

/** A document that both sides have. */
export interface MatchedDocument {
  readonly key: string
  readonly a: Buffer
  readonly b: Buffer
}

/** A document that one side has. */
export interface UnmatchedDocument {
  readonly side: DiffSide
  readonly key: string
  readonly bytes: Buffer
}

/** What a chunk brings. */
export interface ChunkMatches {
  /** Documents that are in the chunk. */
  readonly documents: number
  /**
   * Has to be read to its end, once: its documents are taken one by one meanwhile, since those that
   * come from disk may be many times as large as the chunk.
   */
  readonly matches: Iterable<MatchedDocument>
}

/** How {@link DocumentMatcher} waits. */
export interface MatcherOptions {
  /** Bytes of documents that may wait in memory, beside the last chunk of each side. */
  readonly windowBytes: number
  /** Opens a table on disk for those that wait beyond it; called once a side at most. */
  readonly openTable: (side: DiffSide) => Promise<SpillTable>
}

/**
 * Matches the documents of two replicas by their keys, in whatever order they come. A document waits
 * for its other side: in memory while there is room, then on disk, so that memory stays the same
 * however far apart the two sides are and however much they differ. Where both come in about the same
 * order, next to nothing is copied.
 *
 * Keys are thought to be unique on each side. In a dump that repeats one, the last of those lines
 * counts that wait together; one that comes after its key was matched is told as being on one side
 * only.
 */
export class DocumentMatcher {
  readonly #windowBytes: number
  readonly #openTable: (side: DiffSide) => Promise<SpillTable>
  readonly #waiting = { a: new WaitingDocuments(), b: new WaitingDocuments() }
  readonly #scanner = new DumpLineScanner()

  constructor({ windowBytes, openTable }: MatcherOptions) {
    this.#windowBytes = windowBytes
    this.#openTable = openTable
  }

  /**
   * Takes the documents of a chunk. Read the matches and call {@link settle} before the next one.
   *
   * @returns whose matches throw DumpLineError when a line is not an entry; DiffError when it is a
   *   removal
   */
  match(side: DiffSide, chunk: EntryChunk): ChunkMatches {
    let documents = 0
    for (let line = 0; line < chunk.lineCount; line += 1) if (!chunk.isBlank(line)) documents += 1
    return { documents, matches: this.#matches(side, chunk) }
  }

  *#matches(side: DiffSide, chunk: EntryChunk): Generator<MatchedDocument> {
    const own = this.#waiting[side]
    const other = this.#waiting[side === 'a' ? 'b' : 'a']
    own.beginChunk(chunk.buffer)
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (!chunk.scanLine(index, this.#scanner)) continue
      const { isRemoval, keyStart, keyEnd, documentStart, documentEnd } = this.#scanner
      if (isRemoval) throw new DiffError('ERR_DUMP_HAS_REMOVALS', removalReason(chunk.source))
      const key = decodeText(chunk.buffer, keyStart, keyEnd)
      const found = other.take(key)
      if (found === undefined) own.add(key, documentStart, documentEnd)
      else {
        const bytes = chunk.buffer.subarray(documentStart, documentEnd)
        yield side === 'a' ? { key, a: bytes, b: found } : { key, a: found, b: bytes }
      }
    }
  }

  /** Moves documents to disk until those that wait in memory have room. */
  async settle(): Promise<void> {
    const { a, b } = this.#waiting
    while (a.windowBytes + b.windowBytes > this.#windowBytes) {
      // The side with more of them is the one whose documents find no other side.
      const side = a.windowBytes > b.windowBytes ? 'a' : 'b'
      await this.#waiting[side].spill(this.#windowBytes / 4, () => this.#openTable(side))
    }
    await Promise.all([a.settle(), b.settle()])
  }

  /** The documents whose other side has not come, of one side after the other. */
  async *unmatched(order: readonly DiffSide[] = ['a', 'b']): AsyncGenerator<UnmatchedDocument> {
    for (const side of order) {
      for await (const { key, bytes } of this.#waiting[side].all()) yield { side, key, bytes }
    }
  }
}

function removalReason(source: string | undefined): string {
  const where = source === undefined ? '' : ` of ${source}`
  return `Cannot compare the documents${where}: there are removals among them; load it into a store first`
}
