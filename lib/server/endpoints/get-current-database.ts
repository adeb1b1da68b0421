import { SYSTEM_DATABASE } from '../../store/index.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_api/database/current`: 200 `{result: {id, name, path, isSystem}}`. */
export const getCurrentDatabase: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/database/current',
  access: 'database-ro',
  read: () => undefined,
  answer: (_input, { database: { id, name } }) =>
    jsonAnswer({
      result: { id: id.toString(), name, path: '', isSystem: name === SYSTEM_DATABASE },
      error: false,
      code: 200,
    }),
})
