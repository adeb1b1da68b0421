import type { UpdateOperation } from '../../store/index.js'
import { body } from '../about.js'
import { COLLECTION_PART } from '../collection-about.js'
import { MANY_STATUSES, UPDATE_PARAMETERS } from '../document-about.js'
import { readManyItems, type ManyItems } from '../document-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { useCollection } from '../use-collection.js'
import { writeMany } from '../write-documents.js'

/** `PATCH /_api/document/{collection}`. */
export const patchDocuments: Endpoint = defineEndpoint<ManyItems>({
  method: 'PATCH',
  path: '/_api/document/:collection',
  access: 'collection-rw',
  bodyKind: 'documents',
  about: {
    summary: 'puts attributes over those of many documents',
    parameters: [COLLECTION_PART, ...UPDATE_PARAMETERS, body('array', 'objects with their `_key`')],
    statuses: MANY_STATUSES,
  },

  read: readManyItems,

  answer({ collection: name, options, items }, request, context) {
    const writes = { collection: useCollection(name, request, context, 'rw'), options }
    const toOperation = (text: Buffer): UpdateOperation => ({ ...options, kind: 'update', text })
    return writeMany(writes, items, toOperation, request, context)
  },
})
