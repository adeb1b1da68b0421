import { randomBytes } from 'node:crypto'
import { fstat, type Stats } from 'node:fs'
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ReplicationError } from '../core/index.js'

const getStatus = promisify(fstat)

/** A file that a command was to write could not be written. */
export class OutputFileError extends ReplicationError {
  readonly code = 'ERR_OUTPUT_FILE' as const
  readonly path: string

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`Cannot write file "${path}": ${reason}`, options)
    this.path = path
  }
}

/** Writes pieces one after the other; rejects with an {@link OutputFileError}. */
export type WritePieces = (pieces: Iterable<string | Uint8Array>) => Promise<void>

/**
 * Writes a file that is seen under its name only once it is complete: it grows under a name beside
 * it, which is taken away again when the work fails. That name is made first, so a place that cannot
 * be written to is found before the work begins.
 *
 * @param path - where the file is to be; a regular file there is replaced, and its permissions kept
 * @param signal - ends the writing between two pieces
 * @throws OutputFileError when the file cannot be written; else what `work` throws
 */
export async function withOutputFile<Result>(
  path: string,
  signal: AbortSignal,
  work: (write: WritePieces) => Promise<Result>,
): Promise<Result> {
  const { target, mode } = await resolveTarget(path)
  const growing = `${target}.${randomBytes(4).toString('hex')}.tmp`
  const file = await orFail(path, open(growing, 'wx', mode ?? 0o666))
  try {
    const result = await work((pieces) => writeAll(path, file, pieces, signal))
    if (mode !== undefined) await orFail(path, file.chmod(mode))
    await orFail(path, file.sync())
    await orFail(path, file.close())
    signal.throwIfAborted()
    await orFail(path, rename(growing, target))
    return result
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(growing, { force: true }).catch(() => undefined)
    throw error
  }
}

/** Where a file is to be, and the permissions of one that is there. */
interface Target {
  readonly target: string
  readonly mode: number | undefined
}

/** The file behind symbolic links, since renaming would replace the link. */
async function resolveTarget(path: string): Promise<Target> {
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

async function writeAll(
  path: string,
  file: FileHandle,
  pieces: Iterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  for (const piece of pieces) {
    signal.throwIfAborted()
    await orFail(path, file.writeFile(piece))
  }
}

async function orFail<Value>(path: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation
  } catch (error) {
    throw new OutputFileError(path, describeWriteError(error), { cause: error })
  }
}

function describeWriteError(error: unknown): string {
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
