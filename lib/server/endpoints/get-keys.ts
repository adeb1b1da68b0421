import { CONTENT_TYPE } from '../../wire/index.js'
import { answers, UNKNOWN_COLLECTION } from '../about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { storable } from '../jobs/index.js'
import {
  CHUNK_SIZE,
  KEYS_ID,
  readChunkKeys,
  UNKNOWN_KEYS,
  useKeys,
  writeChunks,
} from '../keys/index.js'
import { textParameter } from '../parameters.js'

interface Input {
  readonly keysId: string
  readonly chunkKeys: number
}

/**
 * `GET /_api/replication/keys/{id}`: chunks in the order of the bytes of their keys. The answer is
 * written while the keys are read: none but those of one chunk are held.
 */
export const getKeys: Endpoint = storable(
  defineEndpoint<Input>({
    method: 'GET',
    path: '/_api/replication/keys/:id',
    access: 'collection-ro',
    about: {
      summary: 'first and last keys and hashes of all chunks of a collection',
      parameters: [KEYS_ID, CHUNK_SIZE],
      statuses: [answers(200, '`[{low, high, hash}]`'), UNKNOWN_KEYS, UNKNOWN_COLLECTION],
    },

    read: ({ path, query }) => ({
      keysId: textParameter(path, 'id') ?? '',
      chunkKeys: readChunkKeys(textParameter(query, 'chunkSize')),
    }),

    answer({ keysId, chunkKeys }, request, context) {
      const { batch, collection } = useKeys(keysId, request, context)
      const source = { snapshot: batch.snapshot, collection, signal: request.signal }
      return {
        kind: 'streamed',
        status: 200,
        headers: { 'content-type': CONTENT_TYPE.json },
        bytes: undefined,
        blocks: writeChunks(source, chunkKeys),
        close: () => {
          batch.release()
        },
      }
    },
  }),
)
