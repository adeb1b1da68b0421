import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { changeGrant } from '../auth/change-grants.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readGrantTarget, type GrantRequest } from '../grant-requests.js'
import {
  BAD_TARGET,
  DATABASE_PART,
  GRANTED_COLLECTION_PART,
  UNKNOWN_USER,
  USER_PART,
} from '../user-about.js'

/** `DELETE /_api/user/{name}/database/{dbname}/{collection}`. */
export const deleteCollectionGrant: Endpoint = defineEndpoint<GrantRequest>({
  method: 'DELETE',
  path: '/_api/user/:name/database/:dbname/:collection',
  access: 'server',
  about: {
    summary: 'takes a grant on a collection away, so that those of `*` count',
    parameters: [USER_PART, DATABASE_PART, GRANTED_COLLECTION_PART],
    statuses: [answers(202, '`{error, code}`'), BAD_TARGET, UNKNOWN_USER],
  },
  read: readGrantTarget,

  async answer(input, _request, { users }) {
    await users.change(input.user, (user) => changeGrant(user, input, undefined))
    return jsonAnswer({ error: false, code: 202 }, 202)
  },
})
