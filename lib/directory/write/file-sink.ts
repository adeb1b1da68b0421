import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { Writable } from 'node:stream'
import type { FileDigest } from '../manifest.js'

/** Owner reads and writes, the group reads: the permissions of arangodump's files. */
const FILE_MODE = 0o640

/** A new file that is hashed as it is written, and is on the disk when the stream has ended. */
export class FileSink extends Writable {
  readonly #file: FileHandle
  readonly #hash = createHash('sha256')
  #bytes = 0

  private constructor(file: FileHandle, highWaterMark: number) {
    super({ highWaterMark })
    this.#file = file
  }

  /** Makes the file, in place of one that is there. */
  static async create(path: string, highWaterMark: number): Promise<FileSink> {
    return new FileSink(await open(path, 'w', FILE_MODE), highWaterMark)
  }

  /** What was written; to be asked for once, after the stream has ended. */
  digest(name: string): FileDigest {
    return { name, bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }

  override _write(piece: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#append(piece).then(() => {
      done()
    }, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#file.sync().then(() => {
      done()
    }, done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#file.close().then(() => {
      done(error)
    }, done)
  }

  async #append(piece: Buffer): Promise<void> {
    for (let offset = 0; offset < piece.length;) {
      const { bytesWritten } = await this.#file.write(piece, offset)
      offset += bytesWritten
    }
    this.#hash.update(piece)
    this.#bytes += piece.length
  }
}
