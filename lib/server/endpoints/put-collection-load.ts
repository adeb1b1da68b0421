import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/**
 * `PUT /_api/collection/{name}/load`: nothing has to be loaded. 200 with the collection in short and its
 * `count`; 404 with errorNum 1203.
 */
export const putCollectionLoad: Endpoint = defineEndpoint<string>({
  method: 'PUT',
  path: '/_api/collection/:name/load',
  access: 'collection-ro',
  read: ({ path }) => collectionName(path, 'name'),

  answer(name, request, context) {
    const collection = useCollection(name, request, context)
    return collectionAnswer(collection, { count: collection.documents })
  },
})
