import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { COLLECTION_QUERY } from '../collection-about.js'
import { listIndexes } from '../collection-indexes.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `GET /_api/index`. */
export const getIndexes: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/index',
  access: 'collection-ro',
  about: {
    summary: 'all indexes of a collection, those that every one has too',
    parameters: [COLLECTION_QUERY],
    statuses: [answers(200, '`{indexes, identifiers}`'), UNKNOWN_COLLECTION],
  },
  read: ({ query }) => collectionName(query),

  answer(name, request, context) {
    const indexes = listIndexes(useCollection(name, request, context, 'ro')).map(
      ({ report }) => report,
    )
    const identifiers = Object.fromEntries(indexes.map((index) => [String(index['id']), index]))
    return jsonAnswer({ indexes, identifiers, error: false, code: 200 })
  },
})
