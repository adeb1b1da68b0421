import { createReadStream, type ReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'
import { CHUNK_BYTES, ReplicationError } from '../core/index.js'
import type { DumpedChunk } from '../replica/index.js'
import { chunkLines } from '../streams/index.js'
import { describeSystemError, DumpFileError } from './directory-error.js'
import type { DumpFile } from './dump-file.js'

/** A file that is being read, and what comes out of it. */
interface OpenFile {
  readonly file: ReadStream
  readonly gunzip: Gunzip | undefined
  readonly content: Readable
}

/**
 * Reads a data file, gzipped or not, as chunks of whole lines. What comes before a cut is given
 * before the error; so is what comes before damaged gzip data, but for the last block.
 *
 * @throws {@link DumpFileError} when the file cannot be read, its gzip data is damaged, or its size is
 *   not the one that was seen at first
 */
export async function* readDataFile(
  { path, bytes }: DumpFile,
  signal: AbortSignal | undefined,
): AsyncGenerator<DumpedChunk> {
  signal?.throwIfAborted()
  const open = openFile(path, signal)
  let toldBytes = 0
  try {
    for await (const chunk of chunkLines(drain(open.content), { source: path })) {
      signal?.throwIfAborted()
      const readBytes = open.file.bytesRead - toldBytes
      toldBytes += readBytes
      yield { chunk, readBytes }
    }
    checkEnd(open, path, bytes)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof ReplicationError) throw error
    throw new DumpFileError(path, describeReadError(error), { cause: error })
  } finally {
    open.file.destroy()
  }
}

function openFile(path: string, signal: AbortSignal | undefined): OpenFile {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })
  if (!path.endsWith('.gz')) return { file, gunzip: undefined, content: file }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
  pipeline(file, gunzip, () => {
    // Errors of either stream arrive where `gunzip` is read.
  })
  return { file, gunzip, content: gunzip }
}

/** Reads a stream to its end; an error comes after what was in its buffer, which iteration drops. */
async function* drain(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const block of stream) yield block as Buffer
  } catch (error) {
    for (let block = readRest(stream); block !== null; block = readRest(stream)) yield block
    throw error
  }
}

function readRest(stream: Readable): Buffer | null {
  return stream.read() as Buffer | null
}

function checkEnd({ file, gunzip }: OpenFile, path: string, bytes: number): void {
  if (gunzip !== undefined && gunzip.bytesWritten !== file.bytesRead) {
    const rest = file.bytesRead - gunzip.bytesWritten
    throw new DumpFileError(path, `${rest} bytes come after the end of its gzip data`)
  }
  if (file.bytesRead !== bytes) {
    const change = `from ${bytes} to ${file.bytesRead} bytes`
    throw new DumpFileError(path, `its size changed ${change} while the dump was read`)
  }
}

function describeReadError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'Z_BUF_ERROR':
      return 'its gzip data ends early'
    case 'Z_DATA_ERROR':
      return `its gzip data is damaged (${message})`
    default:
      return describeSystemError(error)
  }
}
