import { parseDocumentSelector, type RemoveOperation } from '../../store/index.js'
import { readManyItems, type ManyItems } from '../document-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { useCollection } from '../use-collection.js'
import { writeMany } from '../write-documents.js'

/**
 * `DELETE /_api/document/{collection}[?ignoreRevs=&returnOld=&silent=&waitForSync=]` with an array of
 * keys, `_id`s or objects with them: removes those documents.
 *
 * 202, with waitForSync 200; otherwise as `PUT`.
 */
export const deleteDocuments: Endpoint = defineEndpoint<ManyItems>({
  method: 'DELETE',
  path: '/_api/document/:collection',
  access: 'collection-rw',
  bodyKind: 'documents',

  read: readManyItems,

  answer({ collection: name, options, items }, request, context) {
    const writes = { collection: useCollection(name, request, context), options }
    const toOperation = (text: Buffer): RemoveOperation => {
      const { key, revision } = parseDocumentSelector(text, writes.collection.definition.name)
      const expectedRevision = options.checksTextRevision ? revision : undefined
      return { kind: 'remove', key, expectedRevision, returnOld: options.returnOld }
    }
    return writeMany(writes, items, toOperation, request, context)
  },
})
