import { answers, BAD_ATTRIBUTE, BAD_BODY, fails } from '../about.js'
import { changeGrant } from '../auth/change-grants.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { assertGrantable, grantedAnswer, readNewGrant, type NewGrant } from '../grant-requests.js'
import {
  BAD_TARGET,
  DATABASE_PART,
  GRANT,
  GRANTED_COLLECTION_PART,
  UNKNOWN_USER,
  USER_PART,
} from '../user-about.js'

/** `PUT /_api/user/{name}/database/{dbname}/{collection}`. */
export const putCollectionGrant: Endpoint = defineEndpoint<NewGrant>({
  method: 'PUT',
  path: '/_api/user/:name/database/:dbname/:collection',
  access: 'server',
  about: {
    summary: 'says what a user may do with a collection',
    parameters: [USER_PART, DATABASE_PART, GRANTED_COLLECTION_PART, GRANT],
    statuses: [
      answers(200, '`{name: grant}`'),
      BAD_BODY,
      BAD_ATTRIBUTE,
      BAD_TARGET,
      fails(400, 10, 'a system collection goes by the grant of its database'),
      fails(404, 1203, 'the collection is unknown'),
      fails(404, 1228, 'the database is unknown'),
      UNKNOWN_USER,
    ],
  },
  read: readNewGrant,

  async answer(input, _request, context) {
    assertGrantable(input, context)
    await context.users.change(input.user, (user) => changeGrant(user, input, input.grant))
    return grantedAnswer(input)
  },
})
