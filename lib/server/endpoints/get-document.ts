import { parseRevision } from '../../values/index.js'
import { answers, header, UNKNOWN_COLLECTION } from '../about.js'
import { emptyAnswer, jsonTextAnswer, type Answer } from '../answer.js'
import { COLLECTION_PART } from '../collection-about.js'
import { IF_MATCH, KEY_PART, OTHER_REVISION, UNKNOWN_DOCUMENT } from '../document-about.js'
import { revisionHeader } from '../document-options.js'
import { etagOf } from '../document-results.js'
import {
  defineEndpoint,
  type Endpoint,
  type EndpointContext,
  type EndpointDefinition,
  type EndpointRequest,
} from '../endpoint.js'
import { readPresent } from '../read-present.js'
import { limitReached } from '../request-error.js'
import { collectionName, useCollection } from '../use-collection.js'
import { holdUntilSent } from '../write-documents.js'

interface Input {
  readonly collection: string
  readonly key: string
  readonly expected: string | undefined
  /** The revision that the client has. */
  readonly known: string | undefined
}

/** What {@link getDocument} and the endpoint for `HEAD` share. */
export const GET_DOCUMENT: EndpointDefinition<Input> = {
  method: 'GET',
  path: '/_api/document/:collection/:key',
  access: 'collection-ro',
  about: {
    summary: 'a document',
    parameters: [
      COLLECTION_PART,
      KEY_PART,
      IF_MATCH,
      header('if-none-match', 'a `_rev`, quoted or bare, that the client has: 304'),
    ],
    statuses: [
      answers(200, 'the document, with an `etag`'),
      answers(304, 'the client has it'),
      UNKNOWN_DOCUMENT,
      UNKNOWN_COLLECTION,
      OTHER_REVISION,
    ],
  },
  read: (request) => ({
    collection: collectionName(request.path),
    key: request.path['key'] ?? '',
    expected: revisionHeader(request, 'if-match'),
    known: revisionHeader(request, 'if-none-match'),
  }),
  answer: answerDocument,
}

/** `GET /_api/document/{collection}/{key}`. */
export const getDocument: Endpoint = defineEndpoint(GET_DOCUMENT)

function answerDocument(input: Input, request: EndpointRequest, context: EndpointContext): Answer {
  const collection = useCollection(input.collection, request, context, 'ro')
  const document = readPresent(context.store, collection, input)
  const etag = etagOf(document)
  const { known } = input
  if (known !== undefined && parseRevision(known) === document.revision) {
    return { ...emptyAnswer(etag), status: 304 }
  }
  const isHeld = holdUntilSent(context, request).take(document.text.length)
  if (!isHeld) throw limitReached('documents that are being sent')
  return jsonTextAnswer(document.text.toString(), 200, etag)
}
