import { answers, queryFlag, UNKNOWN_COLLECTION } from '../about.js'
import { NAME_PART } from '../collection-about.js'
import { propertiesAnswer } from '../collection-properties.js'
import { readState, type ChecksumParts } from '../collection-state.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly name: string
  readonly parts: ChecksumParts
}

/** `GET /_api/collection/{name}/checksum`. */
export const getCollectionChecksum: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/collection/:name/checksum',
  access: 'collection-ro',
  about: {
    summary: 'a checksum over the documents, whatever their order',
    parameters: [
      NAME_PART,
      queryFlag('withRevisions', 'over their `_rev` too', false),
      queryFlag('withData', 'over all of their attributes', false),
    ],
    statuses: [answers(200, 'its properties, `revision` and `checksum`'), UNKNOWN_COLLECTION],
  },

  read: ({ path, query }) => ({
    name: collectionName(path, 'name'),
    parts: {
      withRevisions: booleanParameter(query, 'withRevisions') ?? false,
      withData: booleanParameter(query, 'withData') ?? false,
    },
  }),

  async answer({ name, parts }, request, context) {
    const collection = useCollection(name, request, context, 'ro')
    const { revision, checksum } = await readState(collection, parts, request, context)
    return propertiesAnswer(collection, { revision, checksum })
  },
})
