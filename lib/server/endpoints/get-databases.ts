import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { assertSystem, ONLY_IN_SYSTEM } from '../system-only.js'

/** `GET /_api/database`. */
export const getDatabases: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/database',
  access: 'database-ro',
  about: {
    summary: 'the names of all databases',
    parameters: [],
    statuses: [answers(200, '`{result: […]}`'), ONLY_IN_SYSTEM],
  },
  read: () => undefined,

  answer(_input, { database }, { store }) {
    assertSystem(database)
    const result = store.databases().map(({ name }) => name)
    return jsonAnswer({ error: false, code: 200, result })
  },
})
