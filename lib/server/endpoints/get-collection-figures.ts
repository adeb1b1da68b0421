import { EDGE_COLLECTION } from '../../wire/index.js'
import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { NAME_PART } from '../collection-about.js'
import { propertiesAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/** `GET /_api/collection/{name}/figures`. */
export const getCollectionFigures: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/collection/:name/figures',
  access: 'collection-ro',
  about: {
    summary: 'the bytes of the documents, and the number of indexes, the primary one too',
    parameters: [NAME_PART],
    statuses: [answers(200, 'its properties, `count` and `figures`'), UNKNOWN_COLLECTION],
  },
  read: ({ path }) => collectionName(path, 'name'),

  answer(name, request, context) {
    const collection = useCollection(name, request, context, 'ro')
    const { definition, documents, bytes } = collection
    const ownCount = definition.type === EDGE_COLLECTION ? 2 : 1
    const figures = {
      indexes: { count: definition.indexes.length + ownCount, size: 0 },
      documentsSize: bytes,
      cacheInUse: false,
      cacheSize: 0,
      cacheUsage: 0,
    }
    return propertiesAnswer(collection, { count: documents, figures })
  },
})
