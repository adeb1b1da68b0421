import { answers, BAD_ATTRIBUTE, BAD_BODY, fails } from '../about.js'
import { changeGrant } from '../auth/change-grants.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { grantedAnswer, readNewGrant, type NewGrant } from '../grant-requests.js'
import { BAD_TARGET, DATABASE_PART, GRANT, UNKNOWN_USER, USER_PART } from '../user-about.js'

/** `PUT /_api/user/{name}/database/{dbname}`. */
export const putDatabaseGrant: Endpoint = defineEndpoint<NewGrant>({
  method: 'PUT',
  path: '/_api/user/:name/database/:dbname',
  access: 'server',
  about: {
    summary: 'says what a user may do with a database',
    parameters: [USER_PART, DATABASE_PART, GRANT],
    statuses: [
      answers(200, '`{name: grant}`'),
      BAD_BODY,
      BAD_ATTRIBUTE,
      BAD_TARGET,
      fails(403, 11, 'root keeps its grant on `_system`'),
      UNKNOWN_USER,
    ],
  },
  read: readNewGrant,

  async answer(input, _request, { users }) {
    await users.change(input.user, (user) => changeGrant(user, input, input.grant))
    return grantedAnswer(input)
  },
})
