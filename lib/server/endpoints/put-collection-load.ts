import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { NAME_PART } from '../collection-about.js'
import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `PUT /_api/collection/{name}/load`. */
export const putCollectionLoad: Endpoint = defineEndpoint<string>({
  method: 'PUT',
  path: '/_api/collection/:name/load',
  access: 'collection-ro',
  about: {
    summary: 'nothing has to be loaded',
    parameters: [NAME_PART],
    statuses: [answers(200, 'the collection in short, and `count`'), UNKNOWN_COLLECTION],
  },
  read: ({ path }) => collectionName(path, 'name'),

  answer(name, request, context) {
    const collection = useCollection(name, request, context, 'ro')
    return collectionAnswer(collection, { count: collection.documents })
  },
})
