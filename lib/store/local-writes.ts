import type { DocumentOperation, WrittenDocument } from './document-operation.js'
import { DocumentWriter } from './document-writer.js'
import { StoreError } from './store-error.js'
import { writeDocument } from './write-document.js'
import type { WriteTransaction } from './write-transaction.js'

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

/** The operation that {@link Store.insert} is. */
export function insertion(text: string | Buffer): DocumentOperation {
  return { kind: 'insert', text }
}

/** The operation that {@link Store.put} is. */
export function placement(text: string | Buffer): DocumentOperation {
  return { kind: 'insert', text, overwriteMode: 'replace' }
}

/**
 * Removes the document with the key.
 *
 * @returns false when there is none
 */
export function removeDocument(writer: DocumentWriter, key: string): boolean {
  return unlessAbsent(() => writeDocument(writer, { kind: 'remove', key })) !== undefined
}

function unlessAbsent(remove: () => WrittenDocument): WrittenDocument | undefined {
  try {
    return remove()
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_DOCUMENT_NOT_FOUND') return undefined
    throw error
  }
}
