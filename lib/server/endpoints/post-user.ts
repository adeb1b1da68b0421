import { answers, attribute, BAD_ATTRIBUTE, BAD_BODY, fails, required } from '../about.js'
import type { NewUser } from '../auth/user-registry.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject } from '../object-body.js'
import { BAD_USER_NAME, USER_SETTINGS } from '../user-about.js'
import { readNewUser, userAnswer } from '../user-requests.js'

/** `POST /_api/user`. */
export const postUser: Endpoint = defineEndpoint<NewUser>({
  method: 'POST',
  path: '/_api/user',
  access: 'server',
  about: {
    summary: 'makes a user without any grant',
    parameters: [required(attribute('user', 'text', 'a new name')), ...USER_SETTINGS],
    statuses: [
      answers(201, '`{user, active, extra}`'),
      BAD_BODY,
      BAD_ATTRIBUTE,
      BAD_USER_NAME,
      fails(409, 1702, 'another user has the name'),
    ],
  },
  read: (request) => readNewUser(readObject(request), 'user'),
  answer: async (user, _request, { users }) => userAnswer(await users.create(user), 201),
})
