import type { InsertOperation } from '../../store/index.js'
import { answers, BAD_BODY, body, fails, queryFlag, UNKNOWN_COLLECTION } from '../about.js'
import { COLLECTION_PART } from '../collection-about.js'
import { BAD_TEXT, INSERT_PARAMETERS, OTHER_REVISION } from '../document-about.js'
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

/** `POST /_api/document/{collection}`. */
export const postDocuments: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/document/:collection',
  access: 'collection-rw',
  bodyKind: 'documents',
  about: {
    summary: 'inserts a document, or many',
    parameters: [
      COLLECTION_PART,
      ...INSERT_PARAMETERS,
      queryFlag('isRestore', 'keep the `_rev` that a document comes with, and its key', false),
      body('object or array', 'the document, or an array of documents'),
    ],
    statuses: [
      answers(202, '`{_id, _key, _rev[, _oldRev][, old][, new]}`, or an array of that and errors'),
      answers(201, 'the same, with `waitForSync`'),
      BAD_BODY,
      ...BAD_TEXT,
      fails(400, 1221, 'no document may have that key'),
      fails(400, 1222, 'a key is given where the collection makes them'),
      UNKNOWN_COLLECTION,
      fails(409, 1210, 'a document has the key, or a unique index has the values'),
      OTHER_REVISION,
    ],
  },

  read: (request) => ({
    collection: collectionName(request.path),
    options: readDocumentOptions(request.query),
    body: readDocumentBody(request),
  }),

  answer({ collection: name, options, body }, request, context) {
    const writes = { collection: useCollection(name, request, context, 'rw'), options }
    const toOperation = (text: Buffer): InsertOperation => ({ ...options, kind: 'insert', text })
    return body.kind === 'single'
      ? writeOne(writes, toOperation(body.text), request, context)
      : writeMany(writes, body.items, toOperation, request, context)
  },
})
