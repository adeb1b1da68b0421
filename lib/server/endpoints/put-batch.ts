import { parseBatchRequest } from '../../wire/index.js'
import { answers, pathText } from '../about.js'
import { emptyAnswer } from '../answer.js'
import { BAD_TTL, TTL, UNKNOWN_BATCH, unknownBatch } from '../batch-errors.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { readBody } from '../read-body.js'

interface Input {
  readonly id: string
  /** 0 stands for the default. */
  readonly ttlSeconds: number
}

/** `PUT /_api/replication/batch/{id}`. */
export const putBatch: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/replication/batch/:id',
  access: 'database-ro',
  about: {
    summary: 'gives a batch a new time to live',
    parameters: [pathText('id', 'the batch'), TTL],
    documented: [204, 400, 405],
    statuses: [answers(204, 'it lives longer'), ...BAD_TTL, ...UNKNOWN_BATCH],
  },

  read: (request) => ({
    id: textParameter(request.path, 'id') ?? '',
    ttlSeconds: readBody(request, parseBatchRequest).ttlSeconds,
  }),

  answer({ id, ttlSeconds }, _request, { batches, compat }) {
    if (!batches.extend(id, ttlSeconds)) throw unknownBatch(compat)
    return emptyAnswer()
  },
})
