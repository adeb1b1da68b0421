import { finished, pipeline, type Writable } from 'node:stream'
import { promisify } from 'node:util'
import { createGzip } from 'node:zlib'
import { CHUNK_BYTES, OutputFileError, describeWriteError } from '../../core/index.js'
import type { FileDigest } from '../manifest.js'
import { FileSink } from './file-sink.js'

const ended = promisify(finished)
const piped = promisify(pipeline)

/** zlib's own choice, as arangodump leaves it: said here since the bytes of the files depend on it. */
const GZIP_LEVEL = 6

/**
 * A data file on its way to the disk. Content reaches gzip in blocks of one size, so that the bytes of
 * the file depend on the content alone and not on how it came. A file takes about four blocks of
 * memory.
 */
export class DataFile {
  readonly #name: string
  readonly #sink: FileSink
  /** Where content goes: gzip, or the file itself. */
  readonly #head: Writable
  readonly #done: Promise<void>
  #block: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  #blockBytes = 0
  #contentBytes = 0
  #failure: OutputFileError | undefined
  #wake: (() => void) | undefined

  private constructor(name: string, path: string, sink: FileSink, isGzip: boolean) {
    this.#name = name
    this.#sink = sink
    const options = { level: GZIP_LEVEL, chunkSize: CHUNK_BYTES, highWaterMark: CHUNK_BYTES }
    const gzip = isGzip ? createGzip(options) : undefined
    this.#head = gzip ?? sink
    this.#head.on('drain', () => this.#wake?.())
    this.#done = (gzip === undefined ? ended(sink) : piped(gzip, sink)).catch((error: unknown) => {
      this.#failure = new OutputFileError(path, describeWriteError(error), { cause: error })
      this.#wake?.()
    })
  }

  /**
   * Makes the file.
   *
   * @param name - what its digest is to call it
   * @throws OutputFileError when it cannot be made
   */
  static async create(name: string, path: string, isGzip: boolean): Promise<DataFile> {
    try {
      return new DataFile(name, path, await FileSink.create(path, CHUNK_BYTES), isGzip)
    } catch (error) {
      throw new OutputFileError(path, describeWriteError(error), { cause: error })
    }
  }

  /** Bytes of content so far, before compression. */
  get contentBytes(): number {
    return this.#contentBytes
  }

  /**
   * Adds a copy of the content; resolves once no more than a block waits to be written.
   *
   * @throws OutputFileError when the file cannot be written, as on a full disk
   */
  async write(content: Buffer): Promise<void> {
    this.#contentBytes += content.length
    for (let offset = 0; offset < content.length;) {
      const taken = content.copy(this.#block, this.#blockBytes, offset)
      this.#blockBytes += taken
      offset += taken
      if (this.#blockBytes === this.#block.length) await this.#pass()
    }
  }

  /**
   * Ends the file; it is on the disk when the promise resolves.
   *
   * @throws OutputFileError when it cannot be written
   */
  async finish(): Promise<FileDigest> {
    if (this.#failure !== undefined) throw this.#failure
    this.#head.end(this.#block.subarray(0, this.#blockBytes))
    await this.#done
    this.#throwFailure()
    return this.#sink.digest(this.#name)
  }

  /** Leaves the file as it is, closed; never rejects. */
  async abandon(): Promise<void> {
    const closed = this.#sink.closed ? Promise.resolve() : ended(this.#sink).catch(() => undefined)
    this.#head.destroy()
    this.#sink.destroy()
    await closed
  }

  async #pass(): Promise<void> {
    this.#throwFailure()
    const block = this.#block
    this.#block = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    this.#blockBytes = 0
    if (this.#head.write(block)) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
    this.#throwFailure()
  }

  /** A method, since what the stream finds out meanwhile is not seen by the flow of the code. */
  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}
