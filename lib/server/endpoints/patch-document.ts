import { readOneChange, type OneChange } from '../document-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { useCollection } from '../use-collection.js'
import { writeOne } from '../write-documents.js'

/**
 * `PATCH /_api/document/{collection}/{key}[?keepNull=&mergeObjects=&ignoreRevs=&returnOld=&returnNew=
 * &silent=&waitForSync=]` with attributes, and maybe `if-match`: puts them over those of the document
 * with the key.
 *
 * Statuses and errors as `PUT`.
 */
export const patchDocument: Endpoint = defineEndpoint<OneChange>({
  method: 'PATCH',
  path: '/_api/document/:collection/:key',
  access: 'collection-rw',
  bodyKind: 'documents',

  read: readOneChange,

  answer({ collection: name, options, change }, request, context) {
    const collection = useCollection(name, request, context)
    const operation = { ...options, ...change, kind: 'update' } as const
    return writeOne({ collection, options }, operation, request, context)
  },
})
