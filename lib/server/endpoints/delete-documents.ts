import { parseDocumentSelector, type RemoveOperation } from '../../store/index.js'
import { answers, body } from '../about.js'
import { COLLECTION_PART } from '../collection-about.js'
import { BAD_ITEMS, IGNORE_REVS, REMOVE_PARAMETERS } from '../document-about.js'
import { readManyItems, type ManyItems } from '../document-requests.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { useCollection } from '../use-collection.js'
import { writeMany } from '../write-documents.js'

/** `DELETE /_api/document/{collection}`. */
export const deleteDocuments: Endpoint = defineEndpoint<ManyItems>({
  method: 'DELETE',
  path: '/_api/document/:collection',
  access: 'collection-rw',
  bodyKind: 'documents',
  about: {
    summary: 'removes many documents',
    parameters: [
      COLLECTION_PART,
      IGNORE_REVS,
      ...REMOVE_PARAMETERS,
      body('array', 'keys, `_id`s, or objects with one of them'),
    ],
    statuses: [
      answers(202, 'an array, with an error in the place of what was refused'),
      answers(200, 'the same, with `waitForSync`'),
      ...BAD_ITEMS,
    ],
  },

  read: readManyItems,

  answer({ collection: name, options, items }, request, context) {
    const writes = { collection: useCollection(name, request, context, 'rw'), options }
    const toOperation = (text: Buffer): RemoveOperation => {
      const { key, revision } = parseDocumentSelector(text, writes.collection.definition.name)
      const expectedRevision = options.checksTextRevision ? revision : undefined
      return { kind: 'remove', key, expectedRevision, returnOld: options.returnOld }
    }
    return writeMany(writes, items, toOperation, request, context)
  },
})
