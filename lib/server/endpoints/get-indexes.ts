import { jsonAnswer } from '../answer.js'
import { listIndexes } from '../collection-indexes.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/**
 * `GET /_api/index?collection=`: 200 with all `indexes` of a collection, those that it has by itself
 * too, and again by id as `identifiers`; 404 with errorNum 1203.
 */
export const getIndexes: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/index',
  access: 'collection-ro',
  read: ({ query }) => collectionName(query),

  answer(name, request, context) {
    const indexes = listIndexes(useCollection(name, request, context)).map(({ report }) => report)
    const identifiers = Object.fromEntries(indexes.map((index) => [String(index['id']), index]))
    return jsonAnswer({ indexes, identifiers, error: false, code: 200 })
  },
})
