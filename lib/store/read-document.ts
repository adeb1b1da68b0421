import { revision } from '../values/index.js'
import { readCounters } from './catalog.js'
import { collectionNotFound } from './collection-not-found.js'
import { findKeyKey } from './document-keys.js'
import type { Tables } from './layout.js'
import { DocumentKey, readU32 } from './row-keys.js'
import type { CollectionRef, StoredDocument } from './store-transaction.js'

/** Tries that a read needs at most: between its two looks another transaction may be committed. */
const TRIES = 3

/**
 * Reads the document with the key as it is committed.
 *
 * @throws StoreError `ERR_COLLECTION_NOT_FOUND`
 */
export function readDocument(
  { meta, keys, documents }: Tables,
  { id }: CollectionRef,
  key: string,
): StoredDocument | undefined {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const counters = readCounters(meta, id)
    if (counters === undefined) throw collectionNotFound(id)
    const { space } = counters
    const keyKey = findKeyKey(space, key)
    const bytes = keyKey && keys.getBinary(keyKey)
    if (bytes === undefined) return undefined
    const place = new DocumentKey().set(space, readU32(bytes, 0), readU32(bytes, 4))
    const text = documents.getBinary(place)
    if (text !== undefined) return { text, revision: revision(bytes.readBigUInt64BE()) }
  }
  return undefined
}
