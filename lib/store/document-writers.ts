import { DocumentWriter } from './document-writer.js'
import type { WriteTransaction } from './write-transaction.js'

/**
 * The writers of all collections that one write transaction puts documents into, in any order, so
 * that each collection's tree and counters are changed once.
 */
export class DocumentWriters {
  readonly #transaction: WriteTransaction
  readonly #open = new Map<number, DocumentWriter>()

  constructor(transaction: WriteTransaction) {
    this.#transaction = transaction
  }

  /**
   * The writer of a collection.
   *
   * @throws StoreError `ERR_COLLECTION_NOT_FOUND`
   */
  of(id: number): DocumentWriter {
    let writer = this.#open.get(id)
    if (writer === undefined) {
      writer = new DocumentWriter(this.#transaction, id)
      this.#open.set(id, writer)
    }
    return writer
  }

  /**
   * Changes all trees and counters. To be called at the end, and before anything else reads or
   * changes the rows of a collection; writers that are asked for afterwards begin anew.
   */
  finish(): void {
    for (const writer of this.#open.values()) writer.finish()
    this.#open.clear()
  }
}
