import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { NAME_PART } from '../collection-about.js'
import { propertiesAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `GET /_api/collection/{name}/properties`. */
export const getCollectionProperties: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/collection/:name/properties',
  access: 'collection-ro',
  about: {
    summary: 'what is known of a collection',
    parameters: [NAME_PART],
    statuses: [answers(200, 'its properties'), UNKNOWN_COLLECTION],
  },
  read: ({ path }) => collectionName(path, 'name'),
  answer: (name, request, context) => propertiesAnswer(useCollection(name, request, context, 'ro')),
})
