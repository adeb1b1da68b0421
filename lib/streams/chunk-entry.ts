import {
  DumpLineError,
  DumpLineScanner,
  readEntry,
  type DumpEntry,
  type JsonObject,
  type LinePlace,
} from '../wire/index.js'
import type { LineChunk } from './line-chunk.js'

const KEY_FIRST_BYTES = '{"_key":"'.length
const SHORT_TEXT_BYTES = 12
const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c
const UNDERSCORE = 0x5f
const OPEN_BRACE = 0x7b
const scanner = new DumpLineScanner()

/**
 * One line of a chunk, looked into only as far as asked. It keeps its chunk alive: take what you need
 * out of it rather than collecting entries.
 */
export class ChunkEntry implements LinePlace {
  /** The chunk that the line is in. */
  readonly chunk: LineChunk
  /** 0-based index of the line in its chunk. */
  readonly index: number
  #entry: DumpEntry | undefined

  constructor(chunk: LineChunk, index: number) {
    this.chunk = chunk
    this.index = index
  }

  get lineNumber(): number {
    return this.chunk.lineNumber(this.index)
  }

  get byteOffset(): number | undefined {
    return this.chunk.place(this.index).byteOffset
  }

  get source(): string | undefined {
    return this.chunk.source
  }

  /**
   * The document key. Of a line that begins with `{"_key":"` no more than the key is looked at, so
   * what follows may be anything.
   *
   * @throws {@link DumpLineError} when the line has to be scanned and is not an entry
   */
  get key(): string {
    if (this.#entry !== undefined) return this.#entry.key
    const { buffer, offsets } = this.chunk
    const start = offsets[this.index] as number
    return leadingKey(buffer, start, offsets[this.index + 1] as number) ?? this.read().key
  }

  /**
   * The text of the document's `_rev`; undefined when it has none.
   *
   * @throws {@link DumpLineError} when the line is not an entry
   */
  get revisionText(): string | undefined {
    return this.read().revisionText
  }

  /** The bytes of the line with its newline: a view. */
  get lineBytes(): Buffer {
    return this.chunk.lineBytes(this.index)
  }

  /**
   * The bytes of the document, a view; undefined for a removal.
   *
   * @throws {@link DumpLineError} when the line is not an entry
   */
  get bytes(): Buffer | undefined {
    const entry = this.read()
    return entry.kind === 'document' ? entry.bytes : undefined
  }

  /**
   * Scans the whole line, once.
   *
   * @throws {@link DumpLineError} when the line is not an entry
   */
  read(): DumpEntry {
    if (this.#entry === undefined) {
      if (!this.chunk.scanLine(this.index, scanner)) {
        throw new DumpLineError('it is blank', this.chunk.place(this.index))
      }
      this.#entry = readEntry(this.chunk.buffer, scanner)
    }
    return this.#entry
  }

  /**
   * Parses the document anew at each call; undefined for a removal. Numbers that JavaScript cannot
   * hold lose digits, and of a repeated attribute the last counts.
   *
   * @throws {@link DumpLineError} when the line is not an entry
   */
  document(): JsonObject | undefined {
    const { bytes } = this
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as JsonObject)
  }
}

/** The key of a line that begins with it and writes it plainly, in ASCII. */
function leadingKey(bytes: Buffer, lineStart: number, end: number): string | undefined {
  if (!beginsWithKey(bytes, lineStart)) return undefined
  const start = lineStart + KEY_FIRST_BYTES
  let offset = start
  while (offset < end && isPlainAscii(bytes[offset] as number)) offset += 1
  if (offset === start || offset >= end || bytes[offset] !== QUOTE) return undefined
  return asciiText(bytes, start, offset)
}

/** Tells whether `{"_key":"` stands there. */
function beginsWithKey(bytes: Buffer, start: number): boolean {
  return (
    bytes[start + 3] === 0x6b && // k
    bytes[start + 4] === 0x65 && // e
    bytes[start + 5] === 0x79 && // y
    bytes[start] === OPEN_BRACE &&
    bytes[start + 1] === QUOTE &&
    bytes[start + 2] === UNDERSCORE &&
    bytes[start + 6] === QUOTE &&
    bytes[start + 7] === COLON &&
    bytes[start + 8] === QUOTE
  )
}

function isPlainAscii(byte: number): boolean {
  return byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH
}

/** Short texts are made here, since a call into Buffer costs more than a dozen characters. */
function asciiText(bytes: Buffer, start: number, end: number): string {
  if (end - start > SHORT_TEXT_BYTES) return bytes.toString('latin1', start, end)
  let text = ''
  let offset = start
  for (; offset + 4 <= end; offset += 4) text += fourCharacters(bytes, offset)
  if (offset + 2 <= end) {
    text += String.fromCharCode(bytes[offset] as number, bytes[offset + 1] as number)
    offset += 2
  }
  if (offset < end) text += String.fromCharCode(bytes[offset] as number)
  return text
}

function fourCharacters(bytes: Buffer, offset: number): string {
  return String.fromCharCode(
    bytes[offset] as number,
    bytes[offset + 1] as number,
    bytes[offset + 2] as number,
    bytes[offset + 3] as number,
  )
}
