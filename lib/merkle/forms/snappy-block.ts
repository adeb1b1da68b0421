import { compressSync, uncompressSync } from 'snappy'
import { TreeFormatError } from './tree-format-error.js'

const LENGTH_BYTES_MAX = 5
/**
 * The most that a byte can become: a copy of up to 64 bytes takes 3, so that the length of a block
 * can be believed before memory is taken for it.
 */
const RATIO_MAX = 22

/** Compresses bytes as one raw Snappy block, without framing. */
export function compressBlock(bytes: Buffer): Buffer {
  return compressSync(bytes)
}

/**
 * The length of a raw Snappy block once it is uncompressed, as its first bytes tell it.
 *
 * @returns undefined when they are no length, or one that the block cannot have
 */
export function blockLength(block: Uint8Array): number | undefined {
  let length = 0
  for (let index = 0; index < LENGTH_BYTES_MAX; index += 1) {
    const byte = block[index]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return length <= block.length * RATIO_MAX ? length : undefined
  }
  return undefined
}

/**
 * Uncompresses a raw Snappy block.
 *
 * @param length - what the block must become
 * @param place - of the block, for errors
 * @throws TreeFormatError when the block is damaged or of another length
 */
export function uncompressBlock(block: Buffer, length: number, place: string): Buffer {
  if (blockLength(block) !== length) throw new TreeFormatError(place, 'has an unexpected length')
  try {
    return uncompressSync(block) as Buffer
  } catch (error) {
    throw new TreeFormatError(place, 'is no Snappy block', { cause: error })
  }
}
