import type { UpdateOperation } from '../../store/index.js'
import type { BodyItems } from '../document-body.js'
import { readDocumentOptions, type DocumentOptions } from '../document-options.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'
import { writeMany } from '../write-documents.js'
import { readItems } from './put-documents.js'

interface Input {
  readonly collection: string
  readonly options: DocumentOptions
  readonly items: BodyItems
}

/**
 * `PATCH /_api/document/{collection}[?keepNull=&mergeObjects=&ignoreRevs=&returnOld=&returnNew=
 * &silent=&waitForSync=]` with an array of documents: puts their attributes over those of the
 * documents that have their `_key`.
 *
 * Statuses and errors as `PUT`.
 */
export const patchDocuments: Endpoint = defineEndpoint<Input>({
  method: 'PATCH',
  path: '/_api/document/:collection',
  bodyKind: 'documents',

  read: (request) => ({
    collection: collectionName(request.path),
    options: readDocumentOptions(request.query),
    items: readItems(request),
  }),

  answer({ collection: name, options, items }, request, context) {
    const writes = { collection: useCollection(name, request, context), options }
    const toOperation = (text: Buffer): UpdateOperation => ({ ...options, kind: 'update', text })
    return writeMany(writes, items, toOperation, request, context)
  },
})
