import { emptyAnswer } from '../answer.js'
import { unknownBatch } from '../batch-errors.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'

interface Input {
  readonly id: string
}

/**
 * `DELETE /_api/replication/batch/{id}`: gives a snapshot up; answers in flight are finished.
 *
 * 204; 400, or 404 with `compat` `arangodb`, for an unknown batch.
 */
export const deleteBatch: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/replication/batch/:id',
  access: 'database-ro',

  read: ({ path }) => ({ id: textParameter(path, 'id') ?? '' }),

  answer({ id }, _request, { batches, compat }) {
    if (!batches.delete(id)) throw unknownBatch(compat)
    return emptyAnswer()
  },
})
