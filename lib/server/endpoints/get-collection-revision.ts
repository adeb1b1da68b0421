import { propertiesAnswer } from '../collection-properties.js'
import { readState } from '../collection-state.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/**
 * `GET /_api/collection/{name}/revision`: 200 with its properties and a `revision` that every write to
 * the collection changes; 404 with errorNum 1203.
 */
export const getCollectionRevision: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/collection/:name/revision',
  access: 'collection-ro',
  read: ({ path }) => collectionName(path, 'name'),

  async answer(name, request, context) {
    const collection = useCollection(name, request, context)
    const { revision } = await readState(collection, undefined, request, context)
    return propertiesAnswer(collection, { revision })
  },
})
