import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { COLLECTION_PART, INDEX_PART, UNKNOWN_INDEX } from '../collection-about.js'
import { useIndex } from '../collection-indexes.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly collection: string
  readonly index: string
}

/** `GET /_api/index/{collection}/{index}`. */
export const getIndex: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/index/:collection/:index',
  access: 'collection-ro',
  about: {
    summary: 'an index',
    parameters: [COLLECTION_PART, INDEX_PART],
    statuses: [answers(200, 'the index'), UNKNOWN_COLLECTION, UNKNOWN_INDEX],
  },

  read: ({ path }) => ({
    collection: collectionName(path),
    index: textParameter(path, 'index') ?? '',
  }),

  answer({ collection: name, index }, request, context) {
    const { report } = useIndex(useCollection(name, request, context, 'ro'), index)
    return jsonAnswer({ ...report, error: false, code: 200 })
  },
})
