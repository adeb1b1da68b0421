import { readOneChange, type OneChange } from '../document-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { useCollection } from '../use-collection.js'
import { writeOne } from '../write-documents.js'

/**
 * `PUT /_api/document/{collection}/{key}[?ignoreRevs=&returnOld=&returnNew=&silent=&waitForSync=]`
 * with a document, and maybe `if-match`: replaces the one with the key.
 *
 * 202, with waitForSync 201, and `{_id, _key, _rev, _oldRev[, old][, new]}`; 400 with errorNum 10,
 * 600, 1227 or 1233; 404 with 1202 or 1203; 409 with 1210; 412 with 1200.
 */
export const putDocument: Endpoint = defineEndpoint<OneChange>({
  method: 'PUT',
  path: '/_api/document/:collection/:key',
  access: 'collection-rw',
  bodyKind: 'documents',

  read: readOneChange,

  answer({ collection: name, options, change }, request, context) {
    const collection = useCollection(name, request, context)
    const operation = { ...options, ...change, kind: 'replace' } as const
    return writeOne({ collection, options }, operation, request, context)
  },
})
