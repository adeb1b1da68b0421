import { jsonAnswer } from '../answer.js'
import { useIndex } from '../collection-indexes.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly collection: string
  readonly index: string
}

/** `GET /_api/index/{collection}/{id or name}`: 200 with the index; 404 with errorNum 1203 or 1212. */
export const getIndex: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/index/:collection/:index',
  access: 'collection-ro',

  read: ({ path }) => ({
    collection: collectionName(path),
    index: textParameter(path, 'index') ?? '',
  }),

  answer({ collection: name, index }, request, context) {
    const { report } = useIndex(useCollection(name, request, context), index)
    return jsonAnswer({ ...report, error: false, code: 200 })
  },
})
