import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { NAME_PART } from '../collection-about.js'
import { collectionAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `PUT /_api/collection/{name}/unload`. */
export const putCollectionUnload: Endpoint = defineEndpoint<string>({
  method: 'PUT',
  path: '/_api/collection/:name/unload',
  access: 'collection-ro',
  about: {
    summary: 'nothing can be unloaded',
    parameters: [NAME_PART],
    statuses: [answers(200, 'the collection in short'), UNKNOWN_COLLECTION],
  },
  read: ({ path }) => collectionName(path, 'name'),
  answer: (name, request, context) => collectionAnswer(useCollection(name, request, context, 'ro')),
})
