import { answers } from '../about.js'
import { ownCollectionGrant, permissionsOf } from '../auth/resolve-grants.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { grantAnswer, readGrantQuestion, type GrantQuestion } from '../grant-requests.js'
import {
  BAD_TARGET,
  CONFIGURED,
  DATABASE_PART,
  GRANTED_COLLECTION_PART,
  NOT_SELF,
  UNKNOWN_USER,
  USER_PART,
} from '../user-about.js'

/** `GET /_api/user/{name}/database/{dbname}/{collection}`. */
export const getCollectionGrant: Endpoint = defineEndpoint<GrantQuestion>({
  method: 'GET',
  path: '/_api/user/:name/database/:dbname/:collection',
  access: 'known',
  about: {
    summary: 'what a user may do with a collection, for administrators and the user itself',
    parameters: [USER_PART, DATABASE_PART, GRANTED_COLLECTION_PART, CONFIGURED],
    statuses: [answers(200, '`{result: grant}`'), BAD_TARGET, NOT_SELF, UNKNOWN_USER],
  },
  read: readGrantQuestion,

  answer({ user: name, database, collection = '', isConfigured }, _request, { users }) {
    const user = users.get(name)
    return grantAnswer(
      isConfigured
        ? ownCollectionGrant(user, database, collection)
        : permissionsOf(user).collection(database, collection),
    )
  },
})
