import type { InsertOperation } from '../../store/index.js'
import { readDocumentBody, type DocumentBody } from '../document-body.js'
import { readDocumentOptions, type DocumentOptions } from '../document-options.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'
import { writeMany, writeOne } from '../write-documents.js'

interface Input {
  readonly collection: string
  readonly options: DocumentOptions
  readonly body: DocumentBody
}

/**
 * `POST /_api/document/{collection}[?overwriteMode=&overwrite=&keepNull=&mergeObjects=&ignoreRevs=
 * &returnOld=&returnNew=&silent=&waitForSync=]` with a document or an array of them: inserts.
 *
 * 202, with waitForSync 201, and `{_id, _key, _rev[, _oldRev][, old][, new]}` or an array of those, in
 * which an error stands in the place of what was refused; 400 with errorNum 600, 1221, 1222, 1227 or
 * 1233; 404 with 1203; 409 with 1210; 412 with 1200; 413 and 503 where it is too much.
 */
export const postDocuments: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/document/:collection',
  access: 'collection-rw',
  bodyKind: 'documents',

  read: (request) => ({
    collection: collectionName(request.path),
    options: readDocumentOptions(request.query),
    body: readDocumentBody(request),
  }),

  answer({ collection: name, options, body }, request, context) {
    const writes = { collection: useCollection(name, request, context), options }
    const toOperation = (text: Buffer): InsertOperation => ({ ...options, kind: 'insert', text })
    return body.kind === 'single'
      ? writeOne(writes, toOperation(body.text), request, context)
      : writeMany(writes, body.items, toOperation, request, context)
  },
})
