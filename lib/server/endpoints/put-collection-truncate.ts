import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/**
 * `PUT /_api/collection/{name}/truncate`: takes all documents out. 200 with the collection in short;
 * 404 with errorNum 1203.
 */
export const putCollectionTruncate: Endpoint = defineEndpoint<string>({
  method: 'PUT',
  path: '/_api/collection/:name/truncate',
  access: 'collection-rw',
  read: ({ path }) => collectionName(path, 'name'),

  async answer(name, request, context) {
    const collection = useCollection(name, request, context)
    await context.store.truncateCollection(collection)
    return collectionAnswer(collection)
  },
})
