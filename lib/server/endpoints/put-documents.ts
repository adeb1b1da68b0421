import { parseDocumentSelector, type ReplaceOperation } from '../../store/index.js'
import { answers, body, queryFlag } from '../about.js'
import { COLLECTION_PART } from '../collection-about.js'
import { MANY_STATUSES, REPLACE_PARAMETERS } from '../document-about.js'
import type { BodyItems } from '../document-body.js'
import { readManyItems, type ManyItems } from '../document-requests.js'
import { DocumentResults } from '../document-results.js'
import {
  defineEndpoint,
  type Endpoint,
  type EndpointContext,
  type EndpointRequest,
} from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import type { Answer } from '../answer.js'
import { readPresent } from '../read-present.js'
import { useCollection } from '../use-collection.js'
import { holdUntilSent, writeMany, type DocumentWrites } from '../write-documents.js'

interface Input extends ManyItems {
  /** Read the documents, and write nothing. */
  readonly isRead: boolean
}

/** `PUT /_api/document/{collection}`: replaces documents, or reads them with `onlyget=true`. */
export const putDocuments: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/document/:collection',
  access: 'collection-rw',
  bodyKind: 'documents',
  about: {
    summary: 'replaces many documents, or reads them',
    parameters: [
      COLLECTION_PART,
      queryFlag('onlyget', 'read; the body may be keys and `_id`s too', false),
      ...REPLACE_PARAMETERS,
      body('array', 'documents with their `_key`'),
    ],
    statuses: [...MANY_STATUSES, answers(200, 'an array of documents and errors, with `onlyget`')],
  },

  read: (request) => ({
    ...readManyItems(request),
    isRead: booleanParameter(request.query, 'onlyget') ?? false,
  }),

  answer({ collection: name, options, items, isRead }, request, context) {
    const writes = {
      collection: useCollection(name, request, context, isRead ? 'ro' : 'rw'),
      options,
    }
    if (isRead) return readMany(writes, items, request, context)
    const toOperation = (text: Buffer): ReplaceOperation => ({ ...options, kind: 'replace', text })
    return writeMany(writes, items, toOperation, request, context)
  },
})

function readMany(
  { collection, options }: DocumentWrites,
  items: BodyItems,
  request: EndpointRequest,
  context: EndpointContext,
): Answer {
  const results = new DocumentResults(holdUntilSent(context, request), false)
  for (let index = 0; index < items.count; index += 1) {
    results.add(() => {
      const text = items.text(index)
      const { key, revision } = parseDocumentSelector(text, collection.definition.name)
      const expected = options.checksTextRevision ? revision : undefined
      return readPresent(context.store, collection, { key, expected }).text.toString()
    })
  }
  return results.answer(200)
}
