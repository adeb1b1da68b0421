import { answers, fails } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { changeGrant } from '../auth/change-grants.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readGrantTarget, type GrantRequest } from '../grant-requests.js'
import { BAD_TARGET, DATABASE_PART, UNKNOWN_USER, USER_PART } from '../user-about.js'

/** `DELETE /_api/user/{name}/database/{dbname}`. */
export const deleteDatabaseGrant: Endpoint = defineEndpoint<GrantRequest>({
  method: 'DELETE',
  path: '/_api/user/:name/database/:dbname',
  access: 'server',
  about: {
    summary: 'takes a grant on a database away, so that those of `*` count',
    parameters: [USER_PART, DATABASE_PART],
    statuses: [
      answers(202, '`{error, code}`'),
      BAD_TARGET,
      fails(403, 11, 'root keeps its grant on `_system`'),
      UNKNOWN_USER,
    ],
  },
  read: readGrantTarget,

  async answer(input, _request, { users }) {
    await users.change(input.user, (user) => changeGrant(user, input, undefined))
    return jsonAnswer({ error: false, code: 202 }, 202)
  },
})
