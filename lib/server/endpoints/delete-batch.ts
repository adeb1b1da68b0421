import { answers, pathText } from '../about.js'
import { emptyAnswer } from '../answer.js'
import { UNKNOWN_BATCH, unknownBatch } from '../batch-errors.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'

interface Input {
  readonly id: string
}

/** `DELETE /_api/replication/batch/{id}`. */
export const deleteBatch: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/replication/batch/:id',
  access: 'database-ro',
  about: {
    summary: 'gives a snapshot up; answers in flight are finished',
    parameters: [pathText('id', 'the batch')],
    documented: [204, 400, 405],
    statuses: [answers(204, 'it is given up'), ...UNKNOWN_BATCH],
  },

  read: ({ path }) => ({ id: textParameter(path, 'id') ?? '' }),

  answer({ id }, _request, { batches, compat }) {
    if (!batches.delete(id)) throw unknownBatch(compat)
    return emptyAnswer()
  },
})
