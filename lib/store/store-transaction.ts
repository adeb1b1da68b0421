import type { Revision } from '../values/index.js'
import type { DocumentOperation, WrittenDocument } from './document-operation.js'
import type { StoreCollection } from './store-records.js'

/** Which collection: what the store handed out, or its id alone. */
export type CollectionRef = Pick<StoreCollection, 'id'>

/** What `Store.insert` and `Store.put` made. */
export type InsertedDocument = Pick<WrittenDocument, 'key' | 'revision' | 'tick'>

/** A document that is there. */
export interface StoredDocument {
  readonly text: Buffer
  readonly revision: Revision
}

/** Writes that are done together, or not at all; of no use once the body has returned. */
export interface StoreTransaction {
  /** As `Store.put`; a document that is refused leaves what was written before it. */
  put(collection: CollectionRef, documentText: string | Buffer): InsertedDocument
  /** As `Store.remove`. */
  remove(collection: CollectionRef, key: string): boolean
  /** As `Store.write`; an operation that is refused leaves what was written before it. */
  write(collection: CollectionRef, operation: DocumentOperation): WrittenDocument
}
