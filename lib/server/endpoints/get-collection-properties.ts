import { propertiesAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `GET /_api/collection/{name}/properties`: 200 with its properties; 404 with errorNum 1203. */
export const getCollectionProperties: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/collection/:name/properties',
  access: 'collection-ro',
  read: ({ path }) => collectionName(path, 'name'),
  answer: (name, request, context) => propertiesAnswer(useCollection(name, request, context)),
})
