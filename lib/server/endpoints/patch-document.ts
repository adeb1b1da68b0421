import { body } from '../about.js'
import { COLLECTION_PART } from '../collection-about.js'
import { CHANGE_STATUSES, IF_MATCH, KEY_PART, UPDATE_PARAMETERS } from '../document-about.js'
import { readOneChange, type OneChange } from '../document-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { useCollection } from '../use-collection.js'
import { writeOne } from '../write-documents.js'

/** `PATCH /_api/document/{collection}/{key}`: puts attributes over those of a document. */
export const patchDocument: Endpoint = defineEndpoint<OneChange>({
  method: 'PATCH',
  path: '/_api/document/:collection/:key',
  access: 'collection-rw',
  bodyKind: 'documents',
  about: {
    summary: 'puts attributes over those of a document',
    parameters: [
      COLLECTION_PART,
      KEY_PART,
      IF_MATCH,
      ...UPDATE_PARAMETERS,
      body('object', 'the attributes'),
    ],
    statuses: CHANGE_STATUSES,
  },

  read: readOneChange,

  answer({ collection: name, options, change }, request, context) {
    const collection = useCollection(name, request, context, 'rw')
    const operation = { ...options, ...change, kind: 'update' } as const
    return writeOne({ collection, options }, operation, request, context)
  },
})
