import type { UpdateOperation } from '../../store/index.js'
import { readManyItems, type ManyItems } from '../document-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { useCollection } from '../use-collection.js'
import { writeMany } from '../write-documents.js'

/**
 * `PATCH /_api/document/{collection}[?keepNull=&mergeObjects=&ignoreRevs=&returnOld=&returnNew=
 * &silent=&waitForSync=]` with an array of documents: puts their attributes over those of the
 * documents that have their `_key`.
 *
 * Statuses and errors as `PUT`.
 */
export const patchDocuments: Endpoint = defineEndpoint<ManyItems>({
  method: 'PATCH',
  path: '/_api/document/:collection',
  access: 'collection-rw',
  bodyKind: 'documents',

  read: readManyItems,

  answer({ collection: name, options, items }, request, context) {
    const writes = { collection: useCollection(name, request, context), options }
    const toOperation = (text: Buffer): UpdateOperation => ({ ...options, kind: 'update', text })
    return writeMany(writes, items, toOperation, request, context)
  },
})
