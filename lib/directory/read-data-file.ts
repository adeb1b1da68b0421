import { describeReadError, FileBlocks, ReplicationError } from '../core/index.js'
import type { DumpedChunk } from '../replica/index.js'
import { chunkLines } from '../streams/index.js'
import { DumpFileError } from './directory-error.js'
import type { DumpFile } from './dump-file.js'

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
  const file = new FileBlocks(path, { signal })
  let toldBytes = 0
  try {
    for await (const chunk of chunkLines(file, { source: path })) {
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
