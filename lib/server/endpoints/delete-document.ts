import { readDocumentOptions, revisionHeader, type DocumentOptions } from '../document-options.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'
import { writeOne } from '../write-documents.js'

interface Input {
  readonly collection: string
  readonly key: string
  readonly expectedRevision: string | undefined
  readonly options: DocumentOptions
}

/**
 * `DELETE /_api/document/{collection}/{key}[?returnOld=&silent=&waitForSync=]`, maybe with `if-match`:
 * removes a document.
 *
 * 202, with waitForSync 200, and `{_id, _key, _rev[, old]}`; 404 with errorNum 1202 or 1203; 412 with
 * 1200.
 */
export const deleteDocument: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/document/:collection/:key',
  access: 'collection-rw',

  read: (request) => ({
    collection: collectionName(request.path),
    key: request.path['key'] ?? '',
    expectedRevision: revisionHeader(request, 'if-match'),
    options: readDocumentOptions(request.query),
  }),

  answer({ collection: name, key, expectedRevision, options }, request, context) {
    const collection = useCollection(name, request, context)
    const { returnOld } = options
    const operation = { kind: 'remove', key, expectedRevision, returnOld } as const
    return writeOne({ collection, options }, operation, request, context)
  },
})
