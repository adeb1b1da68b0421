import { randomBytes } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHUNK_BYTES, describeWriteError, OutputFileError } from '../../core/index.js'

/**
 * A temporary file that is written first and read afterwards. It has no name from the beginning on,
 * where the system allows that, so that nothing is left of it however the process ends.
 */
export class SpoolFile {
  readonly #path: string
  readonly #file: FileHandle
  #bytes = 0

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  /**
   * @param directory - Default: the system's for temporary files
   * @throws OutputFileError when it cannot be made
   */
  static async create(directory: string = tmpdir()): Promise<SpoolFile> {
    const path = join(directory, `tidemark-${randomBytes(8).toString('hex')}.spool`)
    const file = await orFail(path, open(path, 'wx+', 0o600))
    await rm(path, { force: true }).catch(() => undefined)
    return new SpoolFile(path, file)
  }

  /**
   * Writes after what was written so far.
   *
   * @throws OutputFileError when there is no space, above all
   */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const rest = bytes.subarray(done)
      const writing = this.#file.write(rest, 0, rest.length, this.#bytes)
      const { bytesWritten } = await orFail(this.#path, writing)
      this.#bytes += bytesWritten
      done += bytesWritten
    }
  }

  /** Gives all that was written, in blocks that the reader owns. */
  async *read(): AsyncGenerator<Buffer> {
    for (let offset = 0; offset < this.#bytes;) {
      const block = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, this.#bytes - offset))
      const { bytesRead } = await this.#file.read(block, 0, block.length, offset)
      if (bytesRead === 0) throw new OutputFileError(this.#path, 'it was cut off')
      offset += bytesRead
      yield block.subarray(0, bytesRead)
    }
  }

  /** Gives the space back; may be called again. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => undefined)
  }
}

async function orFail<Value>(path: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation
  } catch (error) {
    throw new OutputFileError(path, describeWriteError(error), { cause: error })
  }
}
