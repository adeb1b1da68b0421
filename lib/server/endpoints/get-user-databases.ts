import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'

/** `GET /_api/database/user`. */
export const getUserDatabases: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/database/user',
  access: 'known',
  about: {
    summary: 'the names of the databases that the caller may read',
    parameters: [],
    statuses: [answers(200, '`{result: […]}`')],
  },
  read: () => undefined,

  answer(_input, { permissions }, { store }) {
    const names = store.databases().map(({ name }) => name)
    const result = names.filter((name) => permissions.database(name) !== 'none')
    return jsonAnswer({ error: false, code: 200, result })
  },
})
