import { randomBytes } from 'node:crypto'
import { fstat, type Stats } from 'node:fs'
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ReplicationError } from './errors.js'
import { forgetTemporary, noteTemporary } from './temporary-paths.js'

const getStatus = promisify(fstat)

/** A file that was to be written could not be written. */
export class OutputFileError extends ReplicationError {
  readonly code = 'ERR_OUTPUT_FILE' as const
  readonly path: string

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`Cannot write file "${path}": ${reason}`, options)
    this.path = path
  }
}

/**
 * A file that is seen under its name only once it is complete: until then it grows under a name
 * beside it. Every method rejects with an {@link OutputFileError}.
 */
export class OutputFile {
  /** Where the file is to be, as it was asked for. */
  readonly path: string
  readonly #place: Place
  readonly #growing: string
  readonly #file: FileHandle

  private constructor(path: string, place: Place, growing: string, file: FileHandle) {
    this.path = path
    this.#place = place
    this.#growing = growing
    this.#file = file
  }

  /**
   * Makes the growing file, so a place that cannot be written to is found before the work begins.
   *
   * @param path - where the file is to be; a regular file there is replaced in the end, and its
   *   permissions kept
   */
  static async create(path: string): Promise<OutputFile> {
    const place = await findPlace(path)
    const growing = `${place.target}.${randomBytes(4).toString('hex')}.tmp`
    const file = await orFail(path, open(growing, 'wx', place.mode ?? 0o666))
    noteTemporary(growing)
    return new OutputFile(path, place, growing, file)
  }

  /** Writes after what was written so far. */
  async write(piece: string | Uint8Array): Promise<void> {
    await orFail(this.path, this.#file.writeFile(piece))
  }

  /** Writes over bytes that were written before; what follows goes to the end all the same. */
  async overwrite(bytes: Uint8Array, offset: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const rest = this.#file.write(bytes, done, bytes.length - done, offset + done)
      done += (await orFail(this.path, rest)).bytesWritten
    }
  }

  /** Gives the file its name, once its bytes are on the disk. After a failure, abandon it. */
  async finish(signal?: AbortSignal): Promise<void> {
    const { target, mode } = this.#place
    if (mode !== undefined) await orFail(this.path, this.#file.chmod(mode))
    await orFail(this.path, this.#file.sync())
    await orFail(this.path, this.#file.close())
    signal?.throwIfAborted()
    await orFail(this.path, rename(this.#growing, target))
    forgetTemporary(this.#growing)
  }

  /** Takes away what was written; never rejects. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined)
    await rm(this.#growing, { force: true }).catch(() => undefined)
    forgetTemporary(this.#growing)
  }
}

/** Where a file is to be, and the permissions of one that is there. */
interface Place {
  readonly target: string
  readonly mode: number | undefined
}

/** The file behind symbolic links, since renaming would replace the link. */
async function findPlace(path: string): Promise<Place> {
  if (path === '') throw new OutputFileError(path, 'it has no name')
  const target = await realpath(path).catch(() => path)
  const status = await stat(target).catch(() => undefined)
  if (status === undefined) return { target, mode: undefined }
  if (!status.isFile()) throw new OutputFileError(path, 'it is not a regular file')
  if (await isOutputOfProcess(status)) {
    throw new OutputFileError(path, 'the output of this command goes there')
  }
  return { target, mode: status.mode & 0o7777 }
}

/** Tells whether stdout or stderr was led into a file, whose name would then be another file's. */
async function isOutputOfProcess({ dev, ino }: Stats): Promise<boolean> {
  const outputs = await Promise.all(
    [1, 2].map((descriptor) => getStatus(descriptor).catch(() => undefined)),
  )
  return outputs.some((output) => output?.dev === dev && output.ino === ino)
}

async function orFail<Value>(path: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation
  } catch (error) {
    throw new OutputFileError(path, describeWriteError(error), { cause: error })
  }
}

/** Why a file could not be written, in the words of a reason. */
export function describeWriteError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such directory'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'this user has no permission to write there'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'there is no space left on its disk'
    case 'EFBIG':
      return 'it is larger than files may be here'
    default:
      return message
  }
}
