import { isUtf8 } from 'node:buffer'
import type { ReplicationError } from '../core/index.js'
import {
  DumpLineError,
  JsonSyntaxError,
  lineSyntaxError,
  skipSpace,
  type LineErrorClass,
  type LinePlace,
} from '../wire/index.js'
import type { LineRanges } from './line-ranges.js'

const SPACE = 0x20

/** What a chunk is made of. */
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
  /** Number of each line in its stream, where lines in between were left out or put in. */
  readonly lineNumbers?: Uint32Array | undefined
}

/** Finds the parts of a line of some kind; throws a {@link JsonSyntaxError} where it cannot. */
export interface LineScanner {
  /** Scans the line between two offsets of the buffer. */
  scan(bytes: Buffer, start: number, end: number): void
}

/** Whole lines in one buffer, and where each begins: of a dump, or of the log. */
export class LineChunk {
  /** Whole lines; the last one may lack its newline. */
  readonly buffer: Buffer
  /** Offset of the first byte of each line, and one more: the end of the last line. */
  readonly offsets: Uint32Array
  /** 1-based number of the first line in its stream. */
  readonly firstLineNumber: number
  /** 0-based offset of the buffer's first byte in its stream. */
  readonly byteOffset: number
  /** The file or URL of the stream, for errors. */
  readonly source: string | undefined
  /** Set where lines were left out or put in: the number of each line in its stream. */
  readonly lineNumbers: Uint32Array | undefined
  #isUtf8: boolean | undefined

  constructor(parts: EntryChunkParts) {
    this.buffer = parts.buffer
    this.offsets = parts.offsets
    this.firstLineNumber = parts.firstLineNumber
    this.byteOffset = parts.byteOffset
    this.source = parts.source
    this.lineNumbers = parts.lineNumbers
  }

  /** Lines in the buffer, blank ones too. */
  get lineCount(): number {
    return this.offsets.length - 1
  }

  /** 1-based number of a line in its stream. */
  lineNumber(index: number): number {
    return this.lineNumbers?.[index] ?? this.firstLineNumber + index
  }

  /** Where a line is in its stream; the byte offset is unknown once lines were left out. */
  place(index: number): LinePlace {
    const isWhole = this.lineNumbers === undefined
    return {
      lineNumber: this.lineNumber(index),
      byteOffset: isWhole ? this.byteOffset + (this.offsets[index] as number) : undefined,
      source: this.source,
    }
  }

  /** Tells whether a line holds white space only. */
  isBlank(index: number): boolean {
    const start = this.offsets[index] as number
    const end = this.offsets[index + 1] as number
    return (this.buffer[start] as number) <= SPACE && skipSpace(this.buffer, start, end) === end
  }

  /**
   * Finds the parts of one line; the scanner's fields are then offsets in {@link buffer}.
   *
   * @param errorClass - what a line that the scanner refuses is reported as
   * @returns false when the line is blank
   * @throws {@link DumpLineError}, or what was asked for, when the line is not UTF-8, not JSON, or
   *   not what the scanner looks for
   */
  scanLine(
    index: number,
    scanner: LineScanner,
    errorClass: LineErrorClass<ReplicationError> = DumpLineError,
  ): boolean {
    if (this.isBlank(index)) return false
    this.assertUtf8(index, errorClass)
    const start = this.offsets[index] as number
    try {
      scanner.scan(this.buffer, start, this.offsets[index + 1] as number)
      return true
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error
      throw lineSyntaxError(errorClass, error, start, this.place(index))
    }
  }

  /**
   * Checks the bytes of one line; the whole chunk is looked at once, lines only in a bad chunk.
   *
   * @throws {@link DumpLineError}, or what was asked for, when the line is not UTF-8
   */
  assertUtf8(index: number, errorClass: LineErrorClass<ReplicationError> = DumpLineError): void {
    this.#isUtf8 ??= isUtf8(this.buffer)
    if (this.#isUtf8 || isUtf8(this.lineBytes(index))) return
    throw new errorClass('it is not UTF-8', this.place(index))
  }

  /**
   * What a chunk of the lines from `first` to before `end` is made of: views, and this chunk itself
   * when these are all.
   */
  sliceParts(first: number, end: number): EntryChunkParts {
    if (first === 0 && end === this.lineCount) return this
    const start = this.offsets[first] as number
    return {
      buffer: this.buffer.subarray(start, this.offsets[end]),
      offsets: this.offsets.slice(first, end + 1).map((offset) => offset - start),
      firstLineNumber: this.lineNumber(first),
      byteOffset: this.byteOffset + start,
      source: this.source,
      lineNumbers: this.lineNumbers?.slice(first, end),
    }
  }

  /**
   * As {@link sliceParts} for several ranges; of more than one the lines are copied, into memory of
   * their own.
   */
  pickParts(ranges: LineRanges): EntryChunkParts {
    let parts: EntryChunkParts | undefined
    if (ranges.rangeCount > 1) return this.#copyParts(ranges)
    ranges.forEach((first, end) => {
      parts = this.sliceParts(first, end)
    })
    return parts ?? this.sliceParts(0, 0)
  }

  #copyParts(ranges: LineRanges): EntryChunkParts {
    // Not of the pool, since lines that were picked may be kept for long.
    const buffer = Buffer.allocUnsafeSlow(this.#bytesOf(ranges))
    const offsets = new Uint32Array(ranges.lineCount + 1)
    const lineNumbers = new Uint32Array(ranges.lineCount)
    let count = 0
    let bytes = 0
    ranges.forEach((first, end) => {
      const start = this.offsets[first] as number
      buffer.set(this.buffer.subarray(start, this.offsets[end]), bytes)
      for (let index = first; index < end; index += 1) {
        lineNumbers[count] = this.lineNumber(index)
        count += 1
        offsets[count] = bytes + (this.offsets[index + 1] as number) - start
      }
      bytes = offsets[count] as number
    })
    const { byteOffset, source } = this
    const firstLineNumber = lineNumbers[0] as number
    return { buffer, offsets, firstLineNumber, byteOffset, source, lineNumbers }
  }

  #bytesOf(ranges: LineRanges): number {
    let bytes = 0
    ranges.forEach((first, end) => {
      bytes += (this.offsets[end] as number) - (this.offsets[first] as number)
    })
    return bytes
  }

  /** The bytes of one line with its newline: a view. */
  lineBytes(index: number): Buffer {
    return this.buffer.subarray(this.offsets[index], this.offsets[index + 1])
  }
}
