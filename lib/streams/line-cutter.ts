import { CHUNK_BYTES, LINE_BYTES_MAX } from '../core/index.js'
import { EntryChunk } from './entry-chunk.js'
import { LineTooLongError } from './line-too-long-error.js'

const NEWLINE = 0x0a
const OFFSETS_MIN = 1024
/** Pieces of a line up to this size are put together, since each costs more than its bytes. */
const SMALL_PIECE_BYTES = 64 * 1024

/** How bytes are cut into chunks of whole lines. */
export interface ChunkLinesOptions {
  /** The file or URL of the bytes, for errors. */
  readonly source?: string | undefined
  /** Largest chunk in bytes, but for a single line that is longer. Default: `CHUNK_BYTES`. */
  readonly chunkBytes?: number | undefined
  /** Longest line in bytes, without its newline. Default: `LINE_BYTES_MAX`. */
  readonly lineBytesMax?: number | undefined
}

/**
 * Cuts blocks of bytes into chunks of whole lines. Chunks are views into the blocks; only a line
 * that two or more blocks share is copied, into a chunk of its own.
 */
export class LineCutter {
  readonly #source: string | undefined
  readonly #chunkBytes: number
  readonly #lineBytesMax: number
  /** Number of the line that the next chunk begins with. */
  #lineNumber = 1
  /** Where the next chunk begins in the stream. */
  #byteOffset = 0
  /** The beginning of a line whose end has not come yet. */
  #pieces: Buffer[] = []
  #pieceBytes = 0
  /** Line offsets of the chunk in the making. */
  #offsets = new Uint32Array(OFFSETS_MIN)

  /** @throws RangeError when a limit is not a positive integer */
  constructor(options: ChunkLinesOptions = {}) {
    const { source, chunkBytes = CHUNK_BYTES, lineBytesMax = LINE_BYTES_MAX } = options
    assertPositive(chunkBytes, 'chunkBytes')
    assertPositive(lineBytesMax, 'lineBytesMax')
    this.#source = source
    this.#chunkBytes = chunkBytes
    this.#lineBytesMax = lineBytesMax
  }

  /**
   * Takes the next block, which must not be written to afterwards, and gives the lines that are now
   * complete.
   *
   * @throws {@link LineTooLongError} once more of a line has come than the limit allows
   */
  *cut(block: Uint8Array): Generator<EntryChunk> {
    const bytes = asBuffer(block)
    let start = 0
    if (this.#pieceBytes > 0) {
      start = bytes.indexOf(NEWLINE) + 1
      this.#keepPiece(start === 0 ? bytes : bytes.subarray(0, start))
      if (start === 0) return
      yield this.#takePieces()
    }
    for (;;) {
      const chunk = this.#takeLines(bytes, start)
      if (chunk === undefined) break
      start += chunk.buffer.length
      yield chunk
    }
    this.#keepPiece(bytes.subarray(start))
  }

  /** Gives the last line if it has no newline; call it once, after the last block. */
  finish(): EntryChunk | undefined {
    return this.#pieceBytes === 0 ? undefined : this.#takePieces()
  }

  /** The whole lines from `start` on, as many as a chunk holds; undefined when there is none. */
  #takeLines(bytes: Buffer, start: number): EntryChunk | undefined {
    let lineCount = 0
    let end = start
    for (;;) {
      const next = bytes.indexOf(NEWLINE, end) + 1
      if (next === 0) break
      this.#checkLine(next - end - 1, lineCount, end - start)
      if (next - start > this.#chunkBytes && lineCount > 0) break
      lineCount += 1
      this.#setOffset(lineCount, next - start)
      end = next
    }
    return lineCount === 0 ? undefined : this.#makeChunk(bytes.subarray(start, end), lineCount)
  }

  #setOffset(index: number, offset: number): void {
    if (index === this.#offsets.length) {
      const larger = new Uint32Array(index * 2)
      larger.set(this.#offsets)
      this.#offsets = larger
    }
    this.#offsets[index] = offset
  }

  #makeChunk(buffer: Buffer, lineCount: number): EntryChunk {
    const chunk = new EntryChunk({
      buffer,
      offsets: this.#offsets.slice(0, lineCount + 1),
      firstLineNumber: this.#lineNumber,
      byteOffset: this.#byteOffset,
      source: this.#source,
    })
    this.#lineNumber += lineCount
    this.#byteOffset += buffer.length
    return chunk
  }

  #keepPiece(piece: Buffer): void {
    if (piece.length === 0) return
    this.#pieces.push(piece)
    this.#joinSmallPieces()
    this.#pieceBytes += piece.length
    const isEnd = piece[piece.length - 1] === NEWLINE
    this.#checkLine(isEnd ? this.#pieceBytes - 1 : this.#pieceBytes, 0, 0)
  }

  /** Joins the last pieces while they are of like size: no byte is copied more than a few times. */
  #joinSmallPieces(): void {
    for (;;) {
      const [last, before] = [this.#pieces.at(-1), this.#pieces.at(-2)]
      if (last === undefined || before === undefined) return
      if (before.length > last.length || last.length > SMALL_PIECE_BYTES) return
      this.#pieces.splice(-2, 2, Buffer.concat([before, last]))
    }
  }

  #takePieces(): EntryChunk {
    const line = Buffer.concat(this.#pieces, this.#pieceBytes)
    this.#pieces = []
    this.#pieceBytes = 0
    this.#setOffset(1, line.length)
    return this.#makeChunk(line, 1)
  }

  #checkLine(lineBytes: number, lineIndex: number, lineOffset: number): void {
    if (lineBytes <= this.#lineBytesMax) return
    throw new LineTooLongError(this.#lineBytesMax, {
      lineNumber: this.#lineNumber + lineIndex,
      byteOffset: this.#byteOffset + lineOffset,
      source: this.#source,
    })
  }
}

function assertPositive(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`Cannot cut lines: ${name} must be a positive integer`)
  }
}

function asBuffer(block: Uint8Array): Buffer {
  if (Buffer.isBuffer(block)) return block
  return Buffer.from(block.buffer, block.byteOffset, block.byteLength)
}
