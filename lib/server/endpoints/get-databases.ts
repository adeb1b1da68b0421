import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { assertSystem } from '../system-only.js'

/**
 * `GET /_api/database` in the database `_system`: 200 with the names of all databases as `result`; 403
 * with errorNum 1230 in another one.
 */
export const getDatabases: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/database',
  access: 'database-ro',
  read: () => undefined,

  answer(_input, { database }, { store }) {
    assertSystem(database)
    const result = store.databases().map(({ name }) => name)
    return jsonAnswer({ error: false, code: 200, result })
  },
})
