import { CHUNK_BYTES } from '../core/index.js'
import type { DumpedChunk } from '../replica/index.js'
import { EntryChunk } from '../streams/index.js'
import {
  decodeRevisionLanes,
  encodeRevision,
  readRevisionLanes,
  revision,
  type Lanes,
} from '../values/index.js'
import {
  DumpLineScanner,
  JsonSyntaxError,
  scanArray,
  skipSpace,
  skipValue,
  WireFormatError,
} from '../wire/index.js'

/** Lines that follow each other in one buffer. */
export interface Lines {
  readonly buffer: Buffer
  /** Of each line, and the end of the last one. */
  readonly offsets: readonly number[]
}

/** What one answer of `documents` holds. */
export interface ReadDocuments {
  /** How many of the revisions the answer is about: the first ones. */
  readonly count: number
  readonly chunks: readonly Lines[]
}

const WHAT = 'documents by revision'
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const OPEN_BRACKET = 0x5b
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * Finds the documents of an answer, and makes lines of them in place: what stands between two items
 * of a JSON array is one byte, as between two lines.
 *
 * @param json - changed: the lines are parts of it
 * @param revisions - that were asked for, in this order; an answer may end before the last one
 * @throws WireFormatError when the answer is not an array of documents, or of other ones
 */
export function readDocuments(json: Buffer, revisions: BigUint64Array): ReadDocuments {
  unfold(json)
  const reader = new DocumentsReader(json, revisions)
  try {
    return reader.read()
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new WireFormatError(WHAT, '', 'JSON', { cause: error })
  }
}

/** Line breaks in JSON are white space, so that a blank can take their place. */
function unfold(json: Buffer): void {
  for (const byte of [NEWLINE, CARRIAGE_RETURN]) {
    for (let at = json.indexOf(byte); at >= 0; at = json.indexOf(byte, at + 1)) json[at] = SPACE
  }
}

class DocumentsReader {
  readonly #json: Buffer
  readonly #revisions: BigUint64Array
  /** High and low lanes of the revisions, low first. */
  readonly #lanes: Uint32Array
  readonly #scanner = new DumpLineScanner()
  readonly #found: Lanes = { high: 0, low: 0 }
  readonly #chunks: Lines[] = []
  #offsets: number[] = []
  #count = 0

  constructor(json: Buffer, revisions: BigUint64Array) {
    this.#json = json
    this.#revisions = revisions
    this.#lanes = new Uint32Array(revisions.buffer, revisions.byteOffset, 2 * revisions.length)
  }

  read(): ReadDocuments {
    const json = this.#json
    const start = skipSpace(json, 0, json.length)
    if (json[start] !== OPEN_BRACKET) throw new WireFormatError(WHAT, '', 'an array')
    const end = skipSpace(json, scanArray(json, start, json.length, this.#take), json.length)
    if (end < json.length) throw new JsonSyntaxError('text after the end of the array', end)
    this.#endChunk()
    if (this.#count === 0 && this.#revisions.length > 0) {
      throw new WireFormatError(WHAT, '', 'an array of at least one document')
    }
    return { count: this.#count, chunks: this.#chunks }
  }

  #take = (start: number): number => {
    const end = skipValue(this.#json, start, this.#json.length)
    if (this.#count === this.#revisions.length) {
      throw this.#refuse('one of the documents that were asked for')
    }
    if (this.#isGone(start, end)) {
      this.#endChunk()
    } else {
      this.#check(start, end)
      this.#addLine(start, end)
    }
    this.#count += 1
    return end
  }

  /** An empty object stands for a document that there is no more. */
  #isGone(start: number, end: number): boolean {
    if (this.#json[start] !== OPEN_BRACE) throw this.#refuse('an object')
    return this.#json[skipSpace(this.#json, start + 1, end)] === CLOSE_BRACE
  }

  #check(start: number, end: number): void {
    const scanner = this.#scanner
    try {
      scanner.scan(this.#json, start, end)
    } catch (cause) {
      throw this.#refuse('a document', { cause })
    }
    if (scanner.form !== 'bare') throw this.#refuse('a document')
    if (this.#hasRevision(scanner)) return
    const wanted = revision(this.#revisions[this.#count] as bigint)
    throw this.#refuse(`the document of revision ${encodeRevision(wanted)} that was asked for`)
  }

  #hasRevision({ revisionStart, revisionEnd }: DumpLineScanner): boolean {
    if (revisionStart < 0) return false
    readRevisionLanes(this.#json, revisionStart, revisionEnd, this.#found)
    if (this.#isWanted()) return true
    // A short text in base 64 may look like a decimal number.
    const isText = decodeRevisionLanes(this.#json, revisionStart, revisionEnd, this.#found)
    return isText && this.#isWanted()
  }

  #isWanted(): boolean {
    const { high, low } = this.#found
    const index = 2 * this.#count
    return this.#lanes[index] === low && this.#lanes[index + 1] === high
  }

  /**
   * A line ends where its newline can take the place of a byte: the comma, the bracket or the white
   * space behind the item. It begins with what is left of that, as blanks.
   */
  #addLine(start: number, end: number): void {
    const offsets = this.#offsets
    if (offsets.length > 0 && end - (offsets[0] as number) > CHUNK_BYTES) this.#endChunk()
    const lineStart = this.#offsets.at(-1)
    if (lineStart === undefined) this.#offsets.push(start)
    else this.#json.fill(SPACE, lineStart, start)
    this.#offsets.push(end + 1)
  }

  #endChunk(): void {
    const offsets = this.#offsets
    const [first] = offsets
    if (first === undefined) return
    this.#offsets = []
    for (const offset of offsets.slice(1)) this.#json[offset - 1] = NEWLINE
    const buffer = this.#json.subarray(first, offsets.at(-1))
    this.#chunks.push({ buffer, offsets: offsets.map((offset) => offset - first) })
  }

  #refuse(expected: string, options?: ErrorOptions): WireFormatError {
    return new WireFormatError(WHAT, `[${this.#count}]`, expected, options)
  }
}

/** Numbers the lines of a collection through all answers. */
export class LineNumbers {
  readonly #source: string
  #firstLineNumber = 1
  #byteOffset = 0

  /** @param source - the URL, for errors */
  constructor(source: string) {
    this.#source = source
  }

  toChunk({ buffer, offsets }: Lines): DumpedChunk {
    const chunk = new EntryChunk({
      buffer,
      offsets: Uint32Array.from(offsets),
      firstLineNumber: this.#firstLineNumber,
      byteOffset: this.#byteOffset,
      source: this.#source,
    })
    this.#firstLineNumber += chunk.lineCount
    this.#byteOffset += buffer.length
    return { chunk, readBytes: buffer.length }
  }
}
