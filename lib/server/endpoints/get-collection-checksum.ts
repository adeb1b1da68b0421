import { propertiesAnswer } from '../collection-properties.js'
import { readState, type ChecksumParts } from '../collection-state.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly name: string
  readonly parts: ChecksumParts
}

/**
 * `GET /_api/collection/{name}/checksum[?withRevisions=true][&withData=true]`: 200 with its properties,
 * `revision` and a `checksum` over the keys of its documents, and what else is asked for, whatever their
 * order; 404 with errorNum 1203.
 */
export const getCollectionChecksum: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/collection/:name/checksum',
  access: 'collection-ro',

  read: ({ path, query }) => ({
    name: collectionName(path, 'name'),
    parts: {
      withRevisions: booleanParameter(query, 'withRevisions') ?? false,
      withData: booleanParameter(query, 'withData') ?? false,
    },
  }),

  async answer({ name, parts }, request, context) {
    const collection = useCollection(name, request, context)
    const { revision, checksum } = await readState(collection, parts, request, context)
    return propertiesAnswer(collection, { revision, checksum })
  },
})
