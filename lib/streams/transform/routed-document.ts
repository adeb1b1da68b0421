import type { JsonObject } from '../../wire/index.js'
import type { RoutedDocument } from './document-transform.js'

/** What {@link RoutedDocument} is at run time: a class, so that no document can look like one. */
export class Routed {
  readonly collection: string
  readonly document: JsonObject

  constructor(collection: string, document: JsonObject) {
    this.collection = collection
    this.document = document
  }
}

/**
 * Marks a document for another collection.
 *
 * @throws TypeError when the collection has no name
 */
export function routeDocument(collection: string, document: JsonObject): RoutedDocument {
  // Its callers may be JavaScript.
  if (typeof (collection as unknown) !== 'string' || collection === '') {
    throw new TypeError('Cannot route a document: the collection has no name')
  }
  return new Routed(collection, document) as unknown as RoutedDocument
}
