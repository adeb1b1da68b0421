import { parseBatchRequest } from '../../wire/index.js'
import { emptyAnswer } from '../answer.js'
import { unknownBatch } from '../batch-errors.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { readBody } from '../read-body.js'

interface Input {
  readonly id: string
  /** 0 stands for the default. */
  readonly ttlSeconds: number
}

/**
 * `PUT /_api/replication/batch/{id}` with `{"ttl": seconds}`: gives a batch a new time to live.
 *
 * 204; 400 for a bad body; 400, or 404 with `compat` `arangodb`, for an unknown batch.
 */
export const putBatch: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/replication/batch/:id',
  access: 'database-ro',

  read: (request) => ({
    id: textParameter(request.path, 'id') ?? '',
    ttlSeconds: readBody(request, parseBatchRequest).ttlSeconds,
  }),

  answer({ id, ttlSeconds }, _request, { batches, compat }) {
    if (!batches.extend(id, ttlSeconds)) throw unknownBatch(compat)
    return emptyAnswer()
  },
})
