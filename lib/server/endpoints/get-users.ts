import { answers } from '../about.js'
import { jsonTextAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { formatUser } from '../user-requests.js'

/** `GET /_api/user`. */
export const getUsers: Endpoint = defineEndpoint({
  method: 'GET',
  path: '/_api/user',
  access: 'server',
  about: {
    summary: 'all users',
    parameters: [],
    statuses: [answers(200, '`{result: [{user, active, extra}]}`')],
  },
  read: () => undefined,

  answer(_input, _request, { users }) {
    const result = [...users.list()].map(formatUser).join(',')
    return jsonTextAnswer(`{"error":false,"code":200,"result":[${result}]}`)
  },
})
