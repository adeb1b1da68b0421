import { EntryChunk } from '../entry-chunk.js'

const NEWLINE = 0x0a

/** Puts single lines together into chunks. */
export class LineGatherer {
  readonly #source: string | undefined
  #pieces: Buffer[] = []
  #lineNumbers: number[] = []
  #bytes = 0

  constructor(source?: string) {
    this.#source = source
  }

  /** Bytes of the chunk to be. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Takes a line.
   *
   * @param line - without its newline; it must not be written to until the chunk is taken
   * @param lineNumber - what errors are to call it
   */
  add(line: Buffer, lineNumber: number): void {
    this.#pieces.push(line)
    this.#lineNumbers.push(lineNumber)
    this.#bytes += line.length + 1
  }

  /** Gives the chunk of what was added since the last time; undefined when nothing was. */
  take(): EntryChunk | undefined {
    if (this.#pieces.length === 0) return undefined
    const buffer = Buffer.allocUnsafeSlow(this.#bytes)
    const offsets = new Uint32Array(this.#pieces.length + 1)
    let bytes = 0
    for (const [index, piece] of this.#pieces.entries()) {
      buffer.set(piece, bytes)
      bytes += piece.length + 1
      buffer[bytes - 1] = NEWLINE
      offsets[index + 1] = bytes
    }
    const chunk = new EntryChunk({
      buffer,
      offsets,
      firstLineNumber: this.#lineNumbers[0] as number,
      byteOffset: 0,
      source: this.#source,
      // Where the line stands in the input is told by its number: the bytes there are others.
      lineNumbers: new Uint32Array(this.#lineNumbers),
    })
    this.#pieces = []
    this.#lineNumbers = []
    this.#bytes = 0
    return chunk
  }
}
