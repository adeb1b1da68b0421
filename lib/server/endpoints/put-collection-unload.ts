import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/**
 * `PUT /_api/collection/{name}/unload`: nothing can be unloaded. 200 with the collection in short; 404
 * with errorNum 1203.
 */
export const putCollectionUnload: Endpoint = defineEndpoint<string>({
  method: 'PUT',
  path: '/_api/collection/:name/unload',
  access: 'collection-ro',
  read: ({ path }) => collectionName(path, 'name'),
  answer: (name, request, context) => collectionAnswer(useCollection(name, request, context)),
})
