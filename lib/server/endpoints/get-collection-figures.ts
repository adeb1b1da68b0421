import { EDGE_COLLECTION } from '../../wire/index.js'
import { propertiesAnswer } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { collectionName, useCollection } from '../use-collection.js'

/**
 * `GET /_api/collection/{name}/figures`: 200 with its properties, `count` and `figures`: the bytes of
 * its documents, and the number of its indexes, the primary one (and that of edges) too; 404 with
 * errorNum 1203.
 */
export const getCollectionFigures: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/collection/:name/figures',
  access: 'collection-ro',
  read: ({ path }) => collectionName(path, 'name'),

  answer(name, request, context) {
    const collection = useCollection(name, request, context)
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
