import { describeReadError, FileBlocks, ReplicationError } from '../core/index.js'
import type { DumpedChunk } from '../replica/index.js'
import { chunkLines } from '../streams/index.js'
import { DumpFileError } from './directory-error.js'
import type { DumpFile } from './dump-file.js'
import { isVelocyPackName } from './file-names.js'
import { velocyPackChunks } from './velocypack-chunks.js'

/** How a data file is read. */
export interface ReadDataFileOptions {
  /** Name of the collection whose data it is. */
  readonly collection: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a data file, JSON lines or VelocyPack, gzipped or not, as chunks of whole lines. What comes before a cut is given
 * before the error; so is what comes before damaged gzip data, but for the last block.
 *
 * @throws {@link DumpFileError} when the file cannot be read, its gzip data is damaged, or its size is
 *   not the one that was seen at first
 */
export async function* readDataFile(
  { path, bytes }: DumpFile,
  { collection, signal }: ReadDataFileOptions,
): AsyncGenerator<DumpedChunk> {
  signal?.throwIfAborted()
  const file = new FileBlocks(path, { signal })
  const chunks = isVelocyPackName(path)
    ? velocyPackChunks(file, { path, collection })
    : chunkLines(file, { source: path })
  let toldBytes = 0
  try {
    for await (const chunk of chunks) {
      signal?.throwIfAborted()
      const readBytes = file.bytesRead - toldBytes
      toldBytes += readBytes
      yield { chunk, readBytes }
    }
    const fault = file.findFault(bytes)
    if (fault !== undefined) throw new DumpFileError(path, fault)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof ReplicationError) throw error
    throw new DumpFileError(path, describeReadError(error), { cause: error })
  }
}
