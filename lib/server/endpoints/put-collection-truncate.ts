import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { NAME_PART } from '../collection-about.js'
import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `PUT /_api/collection/{name}/truncate`. */
export const putCollectionTruncate: Endpoint = defineEndpoint<string>({
  method: 'PUT',
  path: '/_api/collection/:name/truncate',
  access: 'collection-rw',
  about: {
    summary: 'takes all documents out of a collection',
    parameters: [NAME_PART],
    statuses: [answers(200, 'the collection in short'), UNKNOWN_COLLECTION],
  },
  read: ({ path }) => collectionName(path, 'name'),

  async answer(name, request, context) {
    const collection = useCollection(name, request, context, 'rw')
    await context.store.truncateCollection(collection)
    return collectionAnswer(collection)
  },
})
