import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `GET /_api/collection/{name}`: 200 with the collection in short; 404 with errorNum 1203. */
export const getCollection: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/collection/:name',
  access: 'collection-ro',
  read: ({ path }) => collectionName(path, 'name'),
  answer: (name, request, context) => collectionAnswer(useCollection(name, request, context)),
})
