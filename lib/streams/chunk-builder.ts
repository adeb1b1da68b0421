import { EntryChunk } from './entry-chunk.js'

const NEWLINE = 0x0a
const NEWLINE_BYTES = Buffer.from('\n')

/**
 * Makes a chunk out of lines of another one and of new lines. Lines that are kept one after the other
 * are copied as one range, and not at all when nothing else is in the chunk.
 */
export class ChunkBuilder {
  readonly #origin: EntryChunk
  readonly #pieces: Buffer[] = []
  /** Offsets of the lines in the chunk to be, and their numbers in the stream. */
  readonly #offsets: number[] = [0]
  readonly #lineNumbers: number[] = []
  #bytes = 0
  /** The range of kept lines that is not a piece yet, as indexes; empty when they are equal. */
  #firstKept = 0
  #endKept = 0

  constructor(origin: EntryChunk) {
    this.#origin = origin
  }

  /** Bytes of the chunk to be. */
  get bytes(): number {
    return this.#bytes
  }

  /** Takes a line of the origin as it is. */
  keep(index: number): void {
    if (index !== this.#endKept || this.#firstKept === this.#endKept) {
      this.#closeRange()
      this.#firstKept = index
    }
    this.#endKept = index + 1
    const { offsets } = this.#origin
    this.#addLine((offsets[index + 1] as number) - (offsets[index] as number), index)
  }

  /** Takes a new line, its newline included, that came of a line of the origin. */
  put(line: Buffer, index: number): void {
    this.#closeRange()
    this.#pieces.push(line)
    this.#addLine(line.length, index)
  }

  /** Gives the chunk of what was taken; undefined when nothing was. */
  build(): EntryChunk | undefined {
    if (this.#lineNumbers.length === 0) return undefined
    if (this.#pieces.length === 0) return sliceLines(this.#origin, this.#firstKept, this.#endKept)
    this.#takeRange()
    return new EntryChunk({
      buffer: Buffer.concat(this.#pieces, this.#bytes),
      offsets: new Uint32Array(this.#offsets),
      firstLineNumber: this.#lineNumbers[0] as number,
      byteOffset: this.#origin.byteOffset,
      source: this.#origin.source,
      lineNumbers: new Uint32Array(this.#lineNumbers),
    })
  }

  #addLine(lineBytes: number, index: number): void {
    this.#bytes += lineBytes
    this.#offsets.push(this.#bytes)
    this.#lineNumbers.push(this.#origin.lineNumber(index))
  }

  /** Makes way for another line: the stream's last one gets the newline that it lacks. */
  #closeRange(): void {
    if (this.#firstKept === this.#endKept) return
    const end = this.#takeRange()
    if (this.#origin.buffer[end - 1] === NEWLINE) return
    this.#pieces.push(NEWLINE_BYTES)
    this.#bytes += 1
    this.#offsets[this.#offsets.length - 1] = this.#bytes
  }

  /** Makes a piece of the kept lines; gives where it ends in the origin. */
  #takeRange(): number {
    const { buffer, offsets } = this.#origin
    const end = offsets[this.#endKept] as number
    if (this.#firstKept < this.#endKept) {
      this.#pieces.push(buffer.subarray(offsets[this.#firstKept], end))
      this.#firstKept = this.#endKept
    }
    return end
  }
}

/** The lines from `first` to before `end`: a view, or the chunk itself when these are all. */
function sliceLines(chunk: EntryChunk, first: number, end: number): EntryChunk {
  const parts = chunk.sliceParts(first, end)
  return parts === chunk ? chunk : new EntryChunk(parts)
}
