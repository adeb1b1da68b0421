import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { NAME_PART } from '../collection-about.js'
import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `GET /_api/collection/{name}`. */
export const getCollection: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/collection/:name',
  access: 'collection-ro',
  about: {
    summary: 'a collection in short',
    parameters: [NAME_PART],
    statuses: [answers(200, '`{id, name, status, type, isSystem, …}`'), UNKNOWN_COLLECTION],
  },
  read: ({ path }) => collectionName(path, 'name'),
  answer: (name, request, context) => collectionAnswer(useCollection(name, request, context, 'ro')),
})
