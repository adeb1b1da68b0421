import type { CountersRow } from './catalog.js'
import { toKeyKey } from './document-keys.js'
import { KeyGenerator } from './key-generator.js'
import { readKeyOptions } from './key-options.js'
import type { KeyKey } from './row-keys.js'
import type { WriteTransaction } from './write-transaction.js'

/**
 * Opens the generator that gives new documents of a collection their keys.
 *
 * @param id - of the collection
 */
export function openKeys(
  { clock, catalog }: WriteTransaction,
  id: number,
  { space, lastKey = '0' }: CountersRow,
  isTaken: (key: KeyKey) => boolean,
): KeyGenerator {
  const collection = catalog.collections.find((candidate) => candidate.id === id)
  const options = readKeyOptions(collection?.definition.parameters ?? {})
  const last = BigInt(lastKey) > options.last ? BigInt(lastKey) : options.last
  return new KeyGenerator(options, last, { clock, isTaken: (key) => isTaken(toKeyKey(space, key)) })
}
