import { answers } from '../about.js'
import { ownDatabaseGrant, permissionsOf } from '../auth/resolve-grants.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { grantAnswer, readGrantQuestion, type GrantQuestion } from '../grant-requests.js'
import {
  BAD_TARGET,
  CONFIGURED,
  DATABASE_PART,
  NOT_SELF,
  UNKNOWN_USER,
  USER_PART,
} from '../user-about.js'

/** `GET /_api/user/{name}/database/{dbname}`. */
export const getDatabaseGrant: Endpoint = defineEndpoint<GrantQuestion>({
  method: 'GET',
  path: '/_api/user/:name/database/:dbname',
  access: 'known',
  about: {
    summary: 'what a user may do with a database, for administrators and the user itself',
    parameters: [USER_PART, DATABASE_PART, CONFIGURED],
    statuses: [answers(200, '`{result: grant}`'), BAD_TARGET, NOT_SELF, UNKNOWN_USER],
  },
  read: readGrantQuestion,

  answer({ user: name, database, isConfigured }, _request, { users }) {
    const user = users.get(name)
    return grantAnswer(
      isConfigured ? ownDatabaseGrant(user, database) : permissionsOf(user).database(database),
    )
  },
})
