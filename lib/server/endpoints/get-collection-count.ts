import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { NAME_PART } from '../collection-about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `GET /_api/collection/{name}/count`. */
export const getCollectionCount: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/collection/:name/count',
  access: 'collection-ro',
  about: {
    summary: 'how many documents a collection has now',
    parameters: [NAME_PART],
    statuses: [answers(200, 'its properties and `count`'), UNKNOWN_COLLECTION],
  },
  read: ({ path }) => collectionName(path, 'name'),

  answer(name, request, context) {
    const { definition, documents } = useCollection(name, request, context, 'ro')
    return jsonAnswer({
      ...definition.parameters,
      count: documents,
      error: false,
      code: 200,
    })
  },
})
