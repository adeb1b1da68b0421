import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { CHUNK_BYTES } from '../../core/index.js'
import type { FileDigest } from '../manifest.js'

/**
 * Tells whether a file is as it was written; false for one that is gone, a link, or cannot be read.
 *
 * @param path - of the file
 */
export async function matchesDigest(
  path: string,
  { bytes, sha256 }: FileDigest,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const status = await lstat(path)
    if (!status.isFile() || status.size !== bytes) return false
    const hash = createHash('sha256')
    for await (const block of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })) {
      hash.update(block as Buffer)
    }
    return hash.digest('hex') === sha256
  } catch {
    signal?.throwIfAborted()
    return false
  }
}
