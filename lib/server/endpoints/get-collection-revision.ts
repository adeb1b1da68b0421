import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { NAME_PART } from '../collection-about.js'
import { propertiesAnswer } from '../collection-properties.js'
import { readState } from '../collection-state.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `GET /_api/collection/{name}/revision`. */
export const getCollectionRevision: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/collection/:name/revision',
  access: 'collection-ro',
  about: {
    summary: 'a text that every write to the collection changes',
    parameters: [NAME_PART],
    statuses: [answers(200, 'its properties and `revision`'), UNKNOWN_COLLECTION],
  },
  read: ({ path }) => collectionName(path, 'name'),

  async answer(name, request, context) {
    const collection = useCollection(name, request, context, 'ro')
    const { revision } = await readState(collection, undefined, request, context)
    return propertiesAnswer(collection, { revision })
  },
})
