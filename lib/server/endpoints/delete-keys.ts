import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { KEYS_ID } from '../keys/index.js'
import { textParameter } from '../parameters.js'

/** `DELETE /_api/replication/keys/{id}`: nothing is kept for an id, so any id will do. */
export const deleteKeys: Endpoint = defineEndpoint<string>({
  method: 'DELETE',
  path: '/_api/replication/keys/:id',
  access: 'database-ro',
  about: {
    summary: 'ends a comparison by key',
    parameters: [KEYS_ID],
    statuses: [answers(202, '`{id, error, code}`, of an unknown id too')],
  },
  read: ({ path }) => textParameter(path, 'id') ?? '',
  answer: (id) => jsonAnswer({ id, error: false, code: 202 }, 202),
})
