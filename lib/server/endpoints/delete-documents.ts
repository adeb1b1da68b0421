import { parseDocumentSelector, type RemoveOperation } from '../../store/index.js'
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
 * `DELETE /_api/document/{collection}[?ignoreRevs=&returnOld=&silent=&waitForSync=]` with an array of
 * keys, `_id`s or objects with them: removes those documents.
 *
 * 202, with waitForSync 200; otherwise as `PUT`.
 */
export const deleteDocuments: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/document/:collection',
  bodyKind: 'documents',

  read: (request) => ({
    collection: collectionName(request.path),
    options: readDocumentOptions(request.query),
    items: readItems(request),
  }),

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
