import { tick, type Revision } from '../values/index.js'
import type { CountersRow } from './catalog.js'
import { requireCounters } from './collection-writes.js'
import { DocumentWriter } from './document-writer.js'
import { formatNewDocument, parseNewDocument } from './new-document.js'
import { KeyKey } from './row-keys.js'
import { StoreError } from './store-error.js'
import type { InsertedDocument } from './store.js'
import type { WriteTransaction } from './write-transaction.js'

/**
 * Inserts a document; its revision is the tick of the write.
 *
 * @throws StoreError `ERR_DOCUMENT_INVALID`, or `ERR_DOCUMENT_EXISTS` when a given key is taken
 */
export function insertDocument(
  transaction: WriteTransaction,
  id: number,
  text: string | Buffer,
): InsertedDocument {
  const { name, type, space } = requireCounters(transaction, id)
  const document = parseNewDocument(text, type)
  const writer = new DocumentWriter(transaction, id)
  const key = document.key ?? makeKey(transaction, writer, space)
  const keyKey = toKeyKey(space, key)
  if (document.key !== undefined && writer.hasKey(keyKey)) {
    const reason = 'a document with its key exists'
    throw new StoreError('ERR_DOCUMENT_EXISTS', `Cannot insert the document: ${reason}`)
  }
  const revision = writer.putNew(keyKey, (made: Revision) =>
    formatNewDocument(document, name, { key, revision: made }),
  )
  writer.finish()
  return { key, revision, tick: tick(revision) }
}

/** A key that no document has: a stamp of the clock in decimal, as ArangoDB's traditional keys. */
function makeKey(
  { clock }: WriteTransaction,
  writer: DocumentWriter,
  space: CountersRow['space'],
): string {
  for (;;) {
    const key = clock.next().toString()
    if (!writer.hasKey(toKeyKey(space, key))) return key
  }
}

function toKeyKey(space: number, key: string): KeyKey {
  const bytes = Buffer.from(key)
  return new KeyKey().set(space, bytes, 0, bytes.length)
}
