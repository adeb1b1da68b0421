import { tmpdir } from 'node:os'
import { CHUNK_BYTES, SPILL_FILE_BYTES_MAX } from '../../core/index.js'
import { MarkerChunk } from '../../streams/index.js'
import { SpillFile } from './spill-file.js'

/** Lines in a temporary file. */
export interface SpilledLines {
  /**
   * @throws SpillError when the file cannot be read
   * @throws TypeError once they were released
   */
  read(): MarkerChunk
  /** Gives up their place in the file; a second call does nothing. */
  release(): void
}

/**
 * Keeps lines in temporary files, from which they are read in pieces of whole lines. A file takes
 * lines of many transactions, and is given up when all of those that began it are.
 */
export class SpillSpace {
  readonly #directory: string
  readonly #fileBytesMax: number
  #file: SpillFile | undefined

  constructor(directory: string = tmpdir(), fileBytesMax: number = SPILL_FILE_BYTES_MAX) {
    this.#directory = directory
    this.#fileBytesMax = fileBytesMax
  }

  /**
   * Writes lines, in pieces of up to `CHUNK_BYTES` or of one longer line.
   *
   * @throws SpillError
   */
  write(chunks: readonly MarkerChunk[]): SpilledLines[] {
    const written: SpilledLines[] = []
    try {
      for (const piece of piecesOf(chunks)) written.push(this.#writePiece(piece))
      return written
    } catch (error) {
      // Nobody gets these: the file would stay open for ever.
      for (const lines of written) lines.release()
      throw error
    }
  }

  /** Gives up the file as far as nobody reads it. */
  close(): void {
    this.#file?.close()
    this.#file = undefined
  }

  #writePiece(piece: SpillPiece): SpilledLines {
    const { lineCount, source } = piece
    const file = this.#roomyFile()
    const parts = piece.take()
    const bytes = parts.reduce((sum, { length }) => sum + length, 0)
    const start = file.append(parts)
    let isReleased = false
    return {
      read: () => {
        if (isReleased) throw new TypeError('Cannot read the lines of a group: it was let go')
        return readPiece(file.read(start, bytes), lineCount, source)
      },
      release: () => {
        if (isReleased) return
        isReleased = true
        file.release()
      },
    }
  }

  #roomyFile(): SpillFile {
    if (this.#file !== undefined && this.#file.bytes >= this.#fileBytesMax) this.close()
    this.#file ??= new SpillFile(this.#directory)
    return this.#file
  }
}

/** Cuts lines into pieces; each is to be taken before the next one is asked for. */
function* piecesOf(chunks: readonly MarkerChunk[]): Generator<SpillPiece, void, undefined> {
  const piece = new SpillPiece()
  for (const chunk of chunks) {
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (!piece.fits(chunk, index)) yield piece
      piece.add(chunk, index)
    }
    piece.closeRange()
  }
  if (piece.lineCount > 0) yield piece
}

/** Lines that are written together: their offsets, their numbers, their bytes. */
class SpillPiece {
  source: string | undefined
  readonly #buffers: Buffer[] = []
  #offsets: number[] = [0]
  #lineNumbers: number[] = []
  #bytes = 0
  /** Lines of one chunk that follow each other and are not among the buffers yet. */
  #range: { readonly chunk: MarkerChunk; readonly first: number; end: number } | undefined

  get lineCount(): number {
    return this.#lineNumbers.length
  }

  fits({ offsets }: MarkerChunk, index: number): boolean {
    const lineBytes = (offsets[index + 1] as number) - (offsets[index] as number)
    return this.lineCount === 0 || this.#bytes + lineBytes <= CHUNK_BYTES
  }

  add(chunk: MarkerChunk, index: number): void {
    this.#range ??= { chunk, first: index, end: index }
    this.#range.end = index + 1
    this.#bytes += (chunk.offsets[index + 1] as number) - (chunk.offsets[index] as number)
    this.#offsets.push(this.#bytes)
    this.#lineNumbers.push(chunk.lineNumber(index))
    this.source = chunk.source
  }

  /** Another chunk follows. */
  closeRange(): void {
    if (this.#range === undefined) return
    const { chunk, first, end } = this.#range
    this.#buffers.push(chunk.buffer.subarray(chunk.offsets[first], chunk.offsets[end]))
    this.#range = undefined
  }

  /** Gives what is to be written, and begins anew. */
  take(): Buffer[] {
    this.closeRange()
    const numbers = Uint32Array.from([...this.#offsets, ...this.#lineNumbers])
    const buffers = this.#buffers.splice(0)
    this.#offsets = [0]
    this.#lineNumbers = []
    this.#bytes = 0
    return [Buffer.from(numbers.buffer), ...buffers]
  }
}

function readPiece(bytes: Buffer, lineCount: number, source: string | undefined): MarkerChunk {
  const numbers = new Uint32Array(bytes.buffer, bytes.byteOffset, 2 * lineCount + 1)
  const lineNumbers = numbers.subarray(lineCount + 1)
  return new MarkerChunk({
    buffer: bytes.subarray(numbers.byteLength),
    offsets: numbers.subarray(0, lineCount + 1),
    firstLineNumber: lineNumbers[0] as number,
    byteOffset: 0,
    source,
    lineNumbers,
  })
}
