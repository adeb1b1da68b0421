import type { DocumentTransform } from '../document-transform.js'
import { fastHash64 } from '../maskings/fast-hash.js'

const HASHES = 2 ** 64

/** How {@link sample} works. */
export interface SampleOptions {
  /** Unsigned 64-bit integer: another one chooses other documents. Default: 0. */
  readonly seed?: bigint | undefined
}

/**
 * Makes a transform that keeps about a share of the documents. It chooses by the key, so the same
 * documents come out each time, and a smaller share is a part of a larger one.
 *
 * @param share - from 0 to 1
 * @throws RangeError when it is not
 */
export function sample(share: number, { seed = 0n }: SampleOptions = {}): DocumentTransform {
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`Cannot sample a share of ${share}: it must be from 0 to 1`)
  }
  const limit = share * HASHES
  const test = (key: string): boolean => Number(fastHash64(Buffer.from(key), seed)) < limit
  return {
    name: 'sample',
    isReadOnly: true,
    // The share 1 is all, though the highest hashes are 2^64 when they become numbers.
    line: ({ key }) => share === 1 || test(key),
    removal: (key) => (share === 1 || test(key) ? key : undefined),
    document: (document) => (share === 1 || test(String(document['_key'])) ? document : undefined),
  }
}
