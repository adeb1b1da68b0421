import { SYSTEM_DATABASE } from '../../store/index.js'
import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_api/database/current`. */
export const getCurrentDatabase: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/database/current',
  access: 'database-ro',
  about: {
    summary: 'the database of the path',
    parameters: [],
    statuses: [answers(200, '`{result: {id, name, path, isSystem}}`')],
  },
  read: () => undefined,
  answer: (_input, { database: { id, name } }) =>
    jsonAnswer({
      result: { id: id.toString(), name, path: '', isSystem: name === SYSTEM_DATABASE },
      error: false,
      code: 200,
    }),
})
