import type { UpdateOperation } from '../../store/index.js'
import { readDocumentBody } from '../document-body.js'
import { readDocumentOptions, revisionHeader, type DocumentOptions } from '../document-options.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { badParameter } from '../request-error.js'
import { collectionName, useCollection } from '../use-collection.js'
import { writeOne } from '../write-documents.js'

interface Input {
  readonly collection: string
  readonly operation: UpdateOperation
  readonly options: DocumentOptions
}

/**
 * `PATCH /_api/document/{collection}/{key}[?keepNull=&mergeObjects=&ignoreRevs=&returnOld=&returnNew=
 * &silent=&waitForSync=]` with attributes, and maybe `if-match`: puts them over those of the document
 * with the key.
 *
 * Statuses and errors as `PUT`.
 */
export const patchDocument: Endpoint = defineEndpoint<Input>({
  method: 'PATCH',
  path: '/_api/document/:collection/:key',
  bodyKind: 'documents',

  read(request) {
    const options = readDocumentOptions(request.query)
    const body = readDocumentBody(request)
    if (body.kind === 'array') throw badParameter('the body needs to be a document')
    const operation: UpdateOperation = {
      ...options,
      kind: 'update',
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
