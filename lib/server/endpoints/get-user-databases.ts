import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_api/database/user`: 200 with the names of the databases of the caller as `result`. */
export const getUserDatabases: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/database/user',
  access: 'known',
  read: () => undefined,

  answer(_input, _request, { store }) {
    const result = store.databases().map(({ name }) => name)
    return jsonAnswer({ error: false, code: 200, result })
  },
})
