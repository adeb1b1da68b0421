import { CHUNK_BYTES } from '../../core/index.js'
import { EntryChunk } from '../entry-chunk.js'

const NEWLINE = 0x0a
/** Characters of new lines that become bytes together: so few that they are still young. */
const TEXT_LENGTH = 16 * 1024

/**
 * Gathers lines that come out of one chunk: ranges of its own lines, which are copied at most, and new
 * lines, which are made bytes together, since a Buffer for each costs more than a small document.
 */
export class OutputLines {
  readonly #origin: EntryChunk
  readonly #chunks: EntryChunk[] = []
  #pieces: Buffer[] = []
  /** Ends of the lines in the chunk to be, and their numbers in the stream. */
  #ends: number[] = []
  #lineNumbers: number[] = []
  /** Bytes of the pieces. */
  #bytes = 0
  /** New lines that are not a piece yet, and the length of each. */
  #text = ''
  #textLengths: number[] = []
  /** The range of the origin's lines that is not a piece yet; empty when they are equal. */
  #firstKept = 0
  #endKept = 0

  constructor(origin: EntryChunk) {
    this.#origin = origin
  }

  /** Takes a line of the origin as it is. */
  keep(index: number): void {
    if (this.#text !== '') this.#takeText()
    if (index !== this.#endKept || this.#firstKept === this.#endKept) {
      this.#takeKept()
      this.#firstKept = index
    }
    this.#endKept = index + 1
    this.#lineNumbers.push(this.#origin.lineNumber(index))
  }

  /** Takes a new line, without its newline, that came of a line of the origin. */
  put(line: string, index: number): void {
    if (this.#firstKept < this.#endKept) this.#takeKept()
    this.#text += line + '\n'
    this.#textLengths.push(line.length + 1)
    this.#lineNumbers.push(this.#origin.lineNumber(index))
    if (this.#text.length < TEXT_LENGTH) return
    this.#takeText()
    if (this.#bytes >= CHUNK_BYTES) this.#closeChunk()
  }

  /** Gives the chunks of all lines that were taken, about as large as chunks of files. */
  finish(): readonly EntryChunk[] {
    if (this.#lineNumbers.length > 0) this.#closeChunk()
    return this.#chunks
  }

  #closeChunk(): void {
    if (this.#pieces.length === 0 && this.#text === '') {
      const parts = this.#origin.sliceParts(this.#firstKept, this.#endKept)
      this.#chunks.push(parts === this.#origin ? this.#origin : new EntryChunk(parts))
      return
    }
    this.#takeText()
    this.#takeKept()
    const { byteOffset, source } = this.#origin
    const [first] = this.#pieces
    const isOne = this.#pieces.length === 1 && first !== undefined
    this.#chunks.push(
      new EntryChunk({
        buffer: isOne ? first : Buffer.concat(this.#pieces, this.#bytes),
        offsets: offsetsOf(this.#ends),
        firstLineNumber: this.#lineNumbers[0] as number,
        byteOffset,
        source,
        lineNumbers: new Uint32Array(this.#lineNumbers),
      }),
    )
    this.#pieces = []
    this.#ends = []
    this.#lineNumbers = []
    this.#bytes = 0
  }

  /** Makes a piece of the new lines. */
  #takeText(): void {
    if (this.#text === '') return
    const bytes = Buffer.from(this.#text)
    if (bytes.length === this.#text.length) this.#endLines(this.#textLengths)
    else this.#endLines(lineLengths(bytes))
    this.#pieces.push(bytes)
    this.#text = ''
    this.#textLengths = []
  }

  /** Makes a piece of the kept lines; the stream's last one gets the newline that it lacks. */
  #takeKept(): void {
    if (this.#firstKept === this.#endKept) return
    const { buffer, offsets } = this.#origin
    const start = offsets[this.#firstKept] as number
    const end = offsets[this.#endKept] as number
    const pieceStart = this.#bytes
    for (let index = this.#firstKept; index < this.#endKept; index += 1) {
      this.#ends.push(pieceStart + (offsets[index + 1] as number) - start)
    }
    this.#pieces.push(buffer.subarray(start, end))
    this.#bytes += end - start
    this.#firstKept = this.#endKept
    if (buffer[end - 1] === NEWLINE) return
    this.#pieces.push(Buffer.from('\n'))
    this.#bytes += 1
    this.#ends[this.#ends.length - 1] = this.#bytes
  }

  #endLines(lengths: readonly number[]): void {
    for (const length of lengths) {
      this.#bytes += length
      this.#ends.push(this.#bytes)
    }
  }
}

/** Begins of lines, and the end of the last. */
function offsetsOf(ends: readonly number[]): Uint32Array {
  const offsets = new Uint32Array(ends.length + 1)
  offsets.set(ends, 1)
  return offsets
}

/** Bytes of each line: JSON text has no newline of its own. */
function lineLengths(bytes: Buffer): number[] {
  const lengths: number[] = []
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start) + 1
    lengths.push(end - start)
    start = end
  }
  return lengths
}
