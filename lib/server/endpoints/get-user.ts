import { answers } from '../about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { NOT_SELF, UNKNOWN_USER, USER_PART } from '../user-about.js'
import { readUserOfPath, userAnswer } from '../user-requests.js'

/** `GET /_api/user/{name}`. */
export const getUser: Endpoint = defineEndpoint<string>({
  method: 'GET',
  path: '/_api/user/:name',
  access: 'known',
  about: {
    summary: 'a user, for administrators and the user itself',
    parameters: [USER_PART],
    statuses: [answers(200, '`{user, active, extra}`'), NOT_SELF, UNKNOWN_USER],
  },
  read: readUserOfPath,
  answer: (name, _request, { users }) => userAnswer(users.get(name), 200),
})
