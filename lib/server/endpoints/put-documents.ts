import { parseDocumentSelector, type ReplaceOperation } from '../../store/index.js'
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

/**
 * `PUT /_api/document/{collection}[?ignoreRevs=&returnOld=&returnNew=&silent=&waitForSync=]` with an
 * array of documents: replaces those that have their `_key`. With `onlyget=true` and an array of keys,
 * `_id`s or objects with them: reads documents.
 *
 * 202, with waitForSync 201, or 200, and an array in which an error stands in the place of what was
 * refused; 400 with errorNum 10 or 600, 404 with 1203, 413 and 503 where it is too much.
 */
export const putDocuments: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/document/:collection',
  access: 'collection-rw',
  bodyKind: 'documents',

  read: (request) => ({
    ...readManyItems(request),
    isRead: booleanParameter(request.query, 'onlyget') ?? false,
  }),

  answer({ collection: name, options, items, isRead }, request, context) {
    const writes = { collection: useCollection(name, request, context), options }
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
