import {
  DumpLineError,
  DumpLineScanner,
  JsonSyntaxError,
  readEntry,
  skipSpace,
  type DumpEntry,
  type LinePlace,
} from '../wire/index.js'

/** What an {@link EntryChunk} is made of. */
export interface EntryChunkParts {
  /** Whole lines; the last one may lack its newline. */
  readonly buffer: Buffer
  /** Offset of the first byte of each line, and one more: the end of the last line. */
  readonly offsets: Uint32Array
  /** 1-based number of the first line in its stream. */
  readonly firstLineNumber: number
  /** 0-based offset of the buffer's first byte in its stream. */
  readonly byteOffset: number
  /** The file or URL of the stream, for errors. */
  readonly source?: string | undefined
}

/**
 * Whole lines of a dump in one buffer, and where each begins. This is what flows through pipes:
 * nothing is parsed until somebody asks, and lines that nobody changes leave as the bytes that came.
 */
export class EntryChunk {
  readonly buffer: Buffer
  readonly offsets: Uint32Array
  readonly firstLineNumber: number
  readonly byteOffset: number
  readonly source: string | undefined

  constructor({ buffer, offsets, firstLineNumber, byteOffset, source }: EntryChunkParts) {
    this.buffer = buffer
    this.offsets = offsets
    this.firstLineNumber = firstLineNumber
    this.byteOffset = byteOffset
    this.source = source
  }

  /** Lines in the buffer, blank ones too. */
  get lineCount(): number {
    return this.offsets.length - 1
  }

  /** Where a line is in its stream. */
  place(index: number): LinePlace {
    return {
      lineNumber: this.firstLineNumber + index,
      byteOffset: this.byteOffset + (this.offsets[index] as number),
      source: this.source,
    }
  }

  /**
   * Finds the parts of one line; the scanner's fields are then offsets in {@link buffer}.
   *
   * @returns false when the line is blank
   * @throws {@link DumpLineError} when the line is not an entry
   */
  scanLine(index: number, scanner: DumpLineScanner): boolean {
    const start = this.offsets[index] as number
    const end = this.offsets[index + 1] as number
    if (skipSpace(this.buffer, start, end) === end) return false
    try {
      scanner.scan(this.buffer, start, end)
      return true
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error
      const reason = `${error.reason} (byte ${error.offset - start} of the line)`
      throw new DumpLineError(reason, this.place(index), { cause: error })
    }
  }

  /**
   * Parses the lines one at a time; blank ones are left out.
   *
   * @throws {@link DumpLineError} when a line is not an entry
   */
  *entries(): Generator<DumpEntry> {
    const scanner = new DumpLineScanner()
    for (let index = 0; index < this.lineCount; index += 1) {
      if (this.scanLine(index, scanner)) yield readEntry(this.buffer, scanner)
    }
  }
}
