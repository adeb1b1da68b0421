import { body } from '../about.js'
import { COLLECTION_PART } from '../collection-about.js'
import { CHANGE_STATUSES, IF_MATCH, KEY_PART, REPLACE_PARAMETERS } from '../document-about.js'
import { readOneChange, type OneChange } from '../document-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { useCollection } from '../use-collection.js'
import { writeOne } from '../write-documents.js'

/** `PUT /_api/document/{collection}/{key}`. */
export const putDocument: Endpoint = defineEndpoint<OneChange>({
  method: 'PUT',
  path: '/_api/document/:collection/:key',
  access: 'collection-rw',
  bodyKind: 'documents',
  about: {
    summary: 'replaces a document',
    parameters: [
      COLLECTION_PART,
      KEY_PART,
      IF_MATCH,
      ...REPLACE_PARAMETERS,
      body('object', 'the document'),
    ],
    statuses: CHANGE_STATUSES,
  },

  read: readOneChange,

  answer({ collection: name, options, change }, request, context) {
    const collection = useCollection(name, request, context, 'rw')
    const operation = { ...options, ...change, kind: 'replace' } as const
    return writeOne({ collection, options }, operation, request, context)
  },
})
