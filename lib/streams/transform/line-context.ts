import type { JsonObject } from '../../wire/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import type { CollectionPath } from './collection-paths.js'
import type { DocumentContext, RoutedDocument } from './document-transform.js'
import { routeDocument } from './routed-document.js'

/** What a transform is told beside the document of a line. */
export class LineContext implements DocumentContext {
  readonly database: string | undefined
  readonly collection: string | undefined
  readonly type: 'document' | 'edge' | undefined
  readonly lineNumber: number
  readonly source: string | undefined

  constructor(path: CollectionPath, stage: number, chunk: EntryChunk, index: number) {
    this.database = path.database
    this.collection = path.names[stage]
    this.type = path.type
    this.lineNumber = chunk.lineNumber(index)
    this.source = chunk.source
  }

  route(this: void, collection: string, document: JsonObject): RoutedDocument {
    return routeDocument(collection, document)
  }
}
