import { types } from 'node:util'
import { collectionNotFound } from './collection-not-found.js'
import { findById, truncateCollection } from './collection-writes.js'
import type { DocumentOperation, WrittenDocument } from './document-operation.js'
import type { DocumentWriter } from './document-writer.js'
import { DocumentWriters } from './document-writers.js'
import { placement, removeDocument } from './local-writes.js'
import { requireDatabase } from './require-database.js'
import type { CollectionRef, InsertedDocument, StoreTransaction } from './store-transaction.js'
import type { StoreWriter } from './store-writer.js'
import { writeDocument } from './write-document.js'
import type { TransactionOptions } from './write-options.js'
import type { WriteTransaction } from './write-transaction.js'

/** Rows that a transaction is taken to write: how many it does is known only when it has run. */
const TRANSACTION_ROWS_GUESS = 50

/**
 * Runs the body of a transaction between the markers that begin and commit it, as one write.
 *
 * @throws StoreError `ERR_DATABASE_NOT_FOUND`; TypeError when the body is asynchronous; what the body
 *   throws
 */
export function runTransaction<Result>(
  writer: StoreWriter,
  databaseId: number,
  body: (operations: StoreTransaction) => Result,
  { emptied }: TransactionOptions = {},
): Promise<Result> {
  if (emptied === undefined) {
    return writer.write((transaction) => run(transaction, databaseId, body), TRANSACTION_ROWS_GUESS)
  }
  return writer.writeAndPurge((transaction) => {
    // A marker of its own: none inside a transaction is about a whole collection.
    if (findById(transaction, emptied.id).databaseId !== databaseId) {
      throw collectionNotFound(emptied.id)
    }
    truncateCollection(transaction, emptied)
    return run(transaction, databaseId, body)
  })
}

function run<Result>(
  transaction: WriteTransaction,
  databaseId: number,
  body: (operations: StoreTransaction) => Result,
): Result {
  requireDatabase(transaction, databaseId, 'run the transaction')
  const operations = new Operations(transaction, databaseId)
  transaction.begin(databaseId)
  try {
    const result = body(operations)
    if (types.isPromise(result)) throw asynchronous(result)
    operations.finish()
    transaction.commit(databaseId)
    return result
  } finally {
    operations.end()
  }
}

/** What an asynchronous body does after its first wait would be outside of the transaction. */
function asynchronous(result: Promise<unknown>): TypeError {
  result.catch(() => undefined)
  return new TypeError('Cannot run the transaction: its body is asynchronous')
}

class Operations implements StoreTransaction {
  readonly #databaseId: number
  readonly #writers: DocumentWriters
  #isOver = false

  constructor(transaction: WriteTransaction, databaseId: number) {
    this.#databaseId = databaseId
    this.#writers = new DocumentWriters(transaction)
  }

  put({ id }: CollectionRef, documentText: string | Buffer): InsertedDocument {
    return this.write({ id }, placement(documentText))
  }

  remove({ id }: CollectionRef, key: string): boolean {
    return removeDocument(this.#writerOf(id), key)
  }

  write({ id }: CollectionRef, operation: DocumentOperation): WrittenDocument {
    return writeDocument(this.#writerOf(id), operation)
  }

  finish(): void {
    this.#writers.finish()
  }

  end(): void {
    this.#isOver = true
  }

  #writerOf(id: number): DocumentWriter {
    if (this.#isOver) {
      throw new TypeError('Cannot write in the transaction: its body has returned')
    }
    const writer = this.#writers.of(id)
    if (writer.collection.databaseId !== this.#databaseId) throw collectionNotFound(id)
    return writer
  }
}
