import { createReadStream, type ReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'
import { CHUNK_BYTES } from './limits.js'

/** How {@link FileBlocks} reads. */
export interface FileBlocksOptions {
  readonly signal?: AbortSignal | undefined
  /** Bytes of content that may lie ready while the consumer is busy. Default: one block. */
  readonly aheadBytes?: number | undefined
}

/** Tells whether the name of a file says that it is gzipped. */
export function isGzipPath(path: string): boolean {
  return path.endsWith('.gz')
}

/**
 * The content of a file in blocks of `CHUNK_BYTES` or less, inflated when its name ends in `.gz`.
 * What comes before a cut is given before the error; so is what comes before damaged gzip data, but
 * for the last block. Iterate once: the file is open from the beginning until iteration has ended.
 */
export class FileBlocks implements AsyncIterable<Buffer> {
  readonly #file: ReadStream
  readonly #gunzip: Gunzip | undefined

  constructor(path: string, { signal, aheadBytes = CHUNK_BYTES }: FileBlocksOptions = {}) {
    this.#file = createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })
    if (!isGzipPath(path)) return
    const options = { chunkSize: CHUNK_BYTES, readableHighWaterMark: aheadBytes }
    this.#gunzip = createGunzip(options)
    pipeline(this.#file, this.#gunzip, () => {
      // Errors of either stream arrive where the inflated blocks are read.
    })
  }

  /** Bytes of the file, as it is stored, that were read until now. */
  get bytesRead(): number {
    return this.#file.bytesRead
  }

  /** Reads on as blocks are asked for, and closes the file in the end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const content: Readable = this.#gunzip ?? this.#file
    try {
      for await (const block of content) yield block as Buffer
    } catch (error) {
      // Iteration drops what the stream had ready when the error came.
      for (let block = readRest(content); block !== null; block = readRest(content)) yield block
      throw error
    } finally {
      await this.#close()
    }
  }

  /**
   * Says why what was read to the end is not the file that was meant.
   *
   * @param bytes - its size, as it was when somebody first looked
   * @returns the reason, undefined when all is well
   */
  findFault(bytes: number): string | undefined {
    const { bytesRead } = this.#file
    const inflatedBytes = this.#gunzip?.bytesWritten ?? bytesRead
    if (inflatedBytes !== bytesRead) {
      return `${bytesRead - inflatedBytes} bytes come after the end of its gzip data`
    }
    return bytesRead === bytes ? undefined : describeSizeChange(bytes, bytesRead)
  }

  #close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#file.closed) resolve()
      else this.#file.once('close', resolve).destroy()
    })
  }
}

/** The reason why a file that had one size, and then another, was not read. */
export function describeSizeChange(from: number, to: number): string {
  return `its size changed from ${from} to ${to} bytes while it was read`
}

function readRest(stream: Readable): Buffer | null {
  return stream.read() as Buffer | null
}
