import { tick, type Revision } from '../values/index.js'
import { KEY_BYTES_MAX } from './check-entry.js'
import { DocumentWriter } from './document-writer.js'
import { formatNewDocument, parseNewDocument } from './new-document.js'
import { KeyKey } from './row-keys.js'
import { StoreError } from './store-error.js'
import type { InsertedDocument } from './store.js'
import type { WriteTransaction } from './write-transaction.js'

const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Runs writes to one collection, and changes its tree and counters at the end.
 *
 * @throws StoreError `ERR_COLLECTION_NOT_FOUND`
 */
export function withDocumentWriter<Result>(
  transaction: WriteTransaction,
  id: number,
  write: (writer: DocumentWriter) => Result,
): Result {
  const writer = new DocumentWriter(transaction, id)
  const result = write(writer)
  writer.finish()
  return result
}

/**
 * Inserts a document; its revision is the tick of the write.
 *
 * @throws StoreError `ERR_DOCUMENT_INVALID`, or `ERR_DOCUMENT_EXISTS` when a given key is taken
 */
export function insertDocument(writer: DocumentWriter, text: string | Buffer): InsertedDocument {
  return write(writer, text, () => {
    const reason = 'a document with its key exists'
    throw new StoreError('ERR_DOCUMENT_EXISTS', `Cannot insert the document: ${reason}`)
  })
}

/**
 * Inserts a document, or puts it in the place of the one that has its key; its revision is the tick
 * of the write. What is refused has written nothing.
 *
 * @throws StoreError `ERR_DOCUMENT_INVALID`
 */
export function putDocument(writer: DocumentWriter, text: string | Buffer): InsertedDocument {
  return write(writer, text, () => undefined)
}

/**
 * Removes the document with the key.
 *
 * @returns false when there is none
 */
export function removeDocument(writer: DocumentWriter, key: string): boolean {
  // No document has such a key; as bytes it could be that of another one.
  if (LONE_SURROGATE.test(key) || Buffer.byteLength(key) > KEY_BYTES_MAX) return false
  return writer.remove(toKeyKey(writer.collection.space, key))
}

/** @param onTaken - called when a document has the given key; may throw */
function write(
  writer: DocumentWriter,
  text: string | Buffer,
  onTaken: () => void,
): InsertedDocument {
  const { name, type, space } = writer.collection
  const document = parseNewDocument(text, type)
  const key = document.key ?? makeKey(writer)
  const keyKey = toKeyKey(space, key)
  if (document.key !== undefined && writer.hasKey(keyKey)) onTaken()
  const revision = writer.putNew(keyKey, (made: Revision) =>
    formatNewDocument(document, name, { key, revision: made }),
  )
  return { key, revision, tick: tick(revision) }
}

/** A key that no document has: a stamp of the clock in decimal, as ArangoDB's traditional keys. */
function makeKey(writer: DocumentWriter): string {
  for (;;) {
    const key = writer.clock.next().toString()
    if (!writer.hasKey(toKeyKey(writer.collection.space, key))) return key
  }
}

function toKeyKey(space: number, key: string): KeyKey {
  const bytes = Buffer.from(key)
  return new KeyKey().set(space, bytes, 0, bytes.length)
}
