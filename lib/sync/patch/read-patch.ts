import { open, type FileHandle } from 'node:fs/promises'
import { describeSystemError } from '../../core/index.js'
import { chunkLines, LineTooLongError, type EntryChunk } from '../../streams/index.js'
import { parsePatchHeader, type PatchHeader } from './patch-header.js'
import { PatchFileError } from './patch-file-error.js'
import { selectLines } from './select-lines.js'

/** Addresses are all that is long in a first line. */
const HEADER_BYTES_MAX = 64 * 1024
/** Bytes of lines that go into the target in one write. */
const CHUNK_BYTES = 1024 * 1024
const NEWLINE = 0x0a

/** A patch whose first line was read. */
export interface PatchFile {
  readonly path: string
  readonly header: PatchHeader
  /**
   * Reads the lines after the first, from the beginning at each call; what is read is the file that
   * was opened, whatever stands under its name by now.
   *
   * @throws PatchFileError when it cannot be read, or a line is longer than lines may be
   */
  chunks(signal?: AbortSignal): AsyncGenerator<EntryChunk>
  /** Closes the file. */
  close(): Promise<void>
}

/**
 * Opens a patch and reads its first line. The lines after it are looked at only when they are read,
 * but a file that was cut is found here: its first line tells how long it must be.
 *
 * @throws PatchFileError when there is no such file, or it is not a whole patch of a known version
 */
export async function readPatch(path: string): Promise<PatchFile> {
  const file = await orFail(path, open(path, 'r'))
  try {
    const { header, headerBytes } = await readHeader(path, file)
    return {
      path,
      header,
      async *chunks(signal) {
        const blocks = readBlocks(path, file, signal)
        try {
          for await (const chunk of chunkLines(blocks, { source: path, chunkBytes: CHUNK_BYTES })) {
            if (chunk.byteOffset >= headerBytes) yield chunk
            else if (chunk.lineCount > 1) yield withoutFirstLine(chunk)
          }
        } catch (error) {
          if (!(error instanceof LineTooLongError)) throw error
          const reason = `it is longer than ${error.lineBytesMax} bytes`
          throw new PatchFileError(path, reason, error.lineNumber, { cause: error })
        }
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function readHeader(
  path: string,
  file: FileHandle,
): Promise<{ readonly header: PatchHeader; readonly headerBytes: number }> {
  const status = await orFail(path, file.stat())
  if (!status.isFile()) throw new PatchFileError(path, 'it is not a regular file')
  const start = Buffer.alloc(Math.min(status.size, HEADER_BYTES_MAX))
  const { bytesRead } = await orFail(path, file.read(start, 0, start.length, 0))
  const headerBytes = start.subarray(0, bytesRead).indexOf(NEWLINE) + 1
  if (headerBytes === 0)
    throw new PatchFileError(path, 'it is not a patch, or its first line is cut')
  const header = parsePatchHeader(start.toString('utf8', 0, headerBytes))
  if (typeof header === 'string') throw new PatchFileError(path, header)
  const bytes = headerBytes + header.totals.bytes
  if (status.size !== bytes) {
    const reason = `it has ${status.size} bytes, and its first line tells of ${bytes}`
    throw new PatchFileError(path, reason)
  }
  return { header, headerBytes }
}

/** Blocks are given away, so each is a new one. */
async function* readBlocks(
  path: string,
  file: FileHandle,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  for (let offset = 0; ;) {
    signal?.throwIfAborted()
    const block = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    const { bytesRead } = await orFail(path, file.read(block, 0, block.length, offset))
    if (bytesRead === 0) return
    offset += bytesRead
    yield block.subarray(0, bytesRead)
  }
}

function withoutFirstLine(chunk: EntryChunk): EntryChunk {
  const rest = Array.from({ length: chunk.lineCount - 1 }, (_, index) => index + 1)
  return selectLines(chunk, rest)
}

async function orFail<Value>(path: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation
  } catch (error) {
    throw new PatchFileError(path, describeSystemError(error), undefined, { cause: error })
  }
}
