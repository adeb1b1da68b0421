import type { ReplaceOperation } from '../../store/index.js'
import { readDocumentBody } from '../document-body.js'
import { readDocumentOptions, revisionHeader, type DocumentOptions } from '../document-options.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { badParameter } from '../request-error.js'
import { collectionName, useCollection } from '../use-collection.js'
import { writeOne } from '../write-documents.js'

interface Input {
  readonly collection: string
  readonly operation: ReplaceOperation
  readonly options: DocumentOptions
}

/**
 * `PUT /_api/document/{collection}/{key}[?ignoreRevs=&returnOld=&returnNew=&silent=&waitForSync=]`
 * with a document, and maybe `if-match`: replaces the one with the key.
 *
 * 202, with waitForSync 201, and `{_id, _key, _rev, _oldRev[, old][, new]}`; 400 with errorNum 10,
 * 600, 1227 or 1233; 404 with 1202 or 1203; 409 with 1210; 412 with 1200.
 */
export const putDocument: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/document/:collection/:key',
  bodyKind: 'documents',

  read(request) {
    const options = readDocumentOptions(request.query)
    const body = readDocumentBody(request)
    if (body.kind === 'array') throw badParameter('the body needs to be a document')
    const operation: ReplaceOperation = {
      ...options,
      kind: 'replace',
      key: request.path['key'],
      text: body.text,
      expectedRevision: revisionHeader(request, 'if-match'),
    }
    return { collection: collectionName(request.path), operation, options }
  },

  answer({ collection: name, operation, options }, request, context) {
    const collection = useCollection(name, request, context)
    return writeOne({ collection, options }, operation, request, context)
  },
})
