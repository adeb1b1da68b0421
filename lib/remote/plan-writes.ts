import { TARGET_REQUEST_KEYS_MAX } from '../core/index.js'
import type { EntryChunk } from '../streams/index.js'
import { decodeText, DumpLineScanner } from '../wire/index.js'

const COMMA = Buffer.from(',')

/** What one request writes or removes, in the order of the chunk. */
export interface WriteBatch {
  readonly kind: 'write' | 'remove'
  /** No key is in it twice. */
  readonly keys: readonly string[]
  /** Index of the line of each key in its chunk. */
  readonly lines: readonly number[]
  /** Text of the `_rev` of each document; undefined where it has none, and for removals. */
  readonly revisions: readonly (string | undefined)[]
  /** Bytes of the documents' JSON text. */
  readonly bytes: number
  /** The JSON array that is sent; what documents say stays the bytes that came. */
  readonly body: Buffer
}

/**
 * Cuts the entries of a chunk into requests, one after the other: documents and removals are never in
 * one request, and neither is a key twice, so that the order in which a key was written can be kept.
 *
 * @param batchBytes - of documents that a request aims at; one that is larger goes alone
 * @throws DumpLineError when a line is not an entry
 */
export function* planWrites(chunk: EntryChunk, batchBytes: number): Generator<WriteBatch> {
  const gathering = new Gathering(chunk.buffer)
  const scanner = new DumpLineScanner()
  try {
    for (let line = 0; line < chunk.lineCount; line += 1) {
      if (!chunk.scanLine(line, scanner)) continue
      const key = decodeText(chunk.buffer, scanner.keyStart, scanner.keyEnd)
      const isFull = gathering.bytes >= batchBytes || gathering.count === TARGET_REQUEST_KEYS_MAX
      if (isFull || !gathering.mayTake(key, scanner)) yield* gathering.finish()
      gathering.take(key, line, scanner)
    }
  } catch (error) {
    // What stands before a damaged line is written, as stores do.
    yield* gathering.finish()
    throw error
  }
  yield* gathering.finish()
}

class Gathering {
  readonly #buffer: Buffer
  #kind: WriteBatch['kind'] = 'write'
  #keys = new Set<string>()
  #lines: number[] = []
  #revisions: (string | undefined)[] = []
  #documents: Buffer[] = []
  #bytes = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  get bytes(): number {
    return this.#bytes
  }

  get count(): number {
    return this.#keys.size
  }

  mayTake(key: string, { isRemoval }: DumpLineScanner): boolean {
    return this.#keys.size === 0 || (this.#kind === kindOf(isRemoval) && !this.#keys.has(key))
  }

  take(key: string, line: number, scanner: DumpLineScanner): void {
    const { isRemoval, documentStart, documentEnd, revisionStart, revisionEnd } = scanner
    this.#kind = kindOf(isRemoval)
    this.#keys.add(key)
    this.#lines.push(line)
    const hasRevision = !isRemoval && revisionStart >= 0
    this.#revisions.push(
      hasRevision ? decodeText(this.#buffer, revisionStart, revisionEnd) : undefined,
    )
    if (isRemoval) return
    if (this.#documents.length > 0) this.#documents.push(COMMA)
    this.#documents.push(this.#buffer.subarray(documentStart, documentEnd))
    this.#bytes += documentEnd - documentStart
  }

  *finish(): Generator<WriteBatch> {
    if (this.#keys.size === 0) return
    const keys = [...this.#keys]
    const body =
      this.#kind === 'remove'
        ? Buffer.from(JSON.stringify(keys))
        : Buffer.concat([Buffer.from('['), ...this.#documents, Buffer.from(']')])
    const batch: WriteBatch = {
      kind: this.#kind,
      keys,
      lines: this.#lines,
      revisions: this.#revisions,
      bytes: this.#bytes,
      body,
    }
    this.#keys = new Set()
    this.#lines = []
    this.#revisions = []
    this.#documents = []
    this.#bytes = 0
    yield batch
  }
}

function kindOf(isRemoval: boolean): WriteBatch['kind'] {
  return isRemoval ? 'remove' : 'write'
}
