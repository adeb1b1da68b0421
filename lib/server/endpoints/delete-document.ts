import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { COLLECTION_PART } from '../collection-about.js'
import {
  IF_MATCH,
  KEY_PART,
  OTHER_REVISION,
  REMOVE_PARAMETERS,
  UNKNOWN_DOCUMENT,
} from '../document-about.js'
import { readDocumentOptions, revisionHeader, type DocumentOptions } from '../document-options.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'
import { writeOne } from '../write-documents.js'

interface Input {
  readonly collection: string
  readonly key: string
  readonly expectedRevision: string | undefined
  readonly options: DocumentOptions
}

/** `DELETE /_api/document/{collection}/{key}`. */
export const deleteDocument: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/document/:collection/:key',
  access: 'collection-rw',
  about: {
    summary: 'removes a document',
    parameters: [COLLECTION_PART, KEY_PART, IF_MATCH, ...REMOVE_PARAMETERS],
    statuses: [
      answers(202, '`{_id, _key, _rev[, old]}`'),
      answers(200, 'the same, with `waitForSync`'),
      UNKNOWN_DOCUMENT,
      UNKNOWN_COLLECTION,
      OTHER_REVISION,
    ],
  },

  read: (request) => ({
    collection: collectionName(request.path),
    key: request.path['key'] ?? '',
    expectedRevision: revisionHeader(request, 'if-match'),
    options: readDocumentOptions(request.query),
  }),

  answer({ collection: name, key, expectedRevision, options }, request, context) {
    const collection = useCollection(name, request, context, 'rw')
    const { returnOld } = options
    const operation = { kind: 'remove', key, expectedRevision, returnOld } as const
    return writeOne({ collection, options }, operation, request, context)
  },
})
