import { answers, fails } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { UNKNOWN_USER, USER_PART } from '../user-about.js'

/** `DELETE /_api/user/{name}`. */
export const deleteUser: Endpoint = defineEndpoint<string>({
  method: 'DELETE',
  path: '/_api/user/:name',
  access: 'server',
  about: {
    summary: 'removes a user, whose credentials and tokens are refused from now on',
    parameters: [USER_PART],
    statuses: [answers(202, '`{error, code}`'), fails(403, 11, '`root` stays'), UNKNOWN_USER],
  },
  read: ({ path }) => textParameter(path, 'name') ?? '',

  async answer(name, _request, { users }) {
    await users.remove(name)
    return jsonAnswer({ error: false, code: 202 }, 202)
  },
})
