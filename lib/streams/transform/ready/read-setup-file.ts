import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { describeSystemError, TRANSFORM_FILE_BYTES_MAX } from '../../../core/index.js'

/** A file that says what a transform does could not be read; the message is the reason alone. */
export class UnreadableFileError extends Error {}

/**
 * Reads a file that says what a transform does, whole: of at most `TRANSFORM_FILE_BYTES_MAX`.
 *
 * @param path - relative to `cwd`
 * @throws UnreadableFileError
 */
export async function readSetupFile(path: string, cwd: string): Promise<string> {
  const bytes = await readBytes(resolve(cwd, path)).catch((error: unknown) => {
    if (error instanceof UnreadableFileError) throw error
    throw new UnreadableFileError(describeSystemError(error), { cause: error })
  })
  if (!isUtf8(bytes)) throw new UnreadableFileError('it is not UTF-8')
  return bytes.toString()
}

async function readBytes(path: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = 0
  // Read as a stream, since the size of a pipe is not known beforehand.
  for await (const piece of createReadStream(path)) {
    pieces.push(piece as Buffer)
    bytes += (piece as Buffer).length
    if (bytes > TRANSFORM_FILE_BYTES_MAX) {
      throw new UnreadableFileError(`it is larger than ${TRANSFORM_FILE_BYTES_MAX} bytes`)
    }
  }
  return Buffer.concat(pieces)
}
