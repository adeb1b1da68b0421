import { ERROR_NUMBER } from '../../wire/index.js'
import { answers, attribute, BAD_BODY, fails, required } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject } from '../object-body.js'
import { badRequest, RequestError, unknownPath } from '../request-error.js'

interface Input {
  readonly user: string
  readonly password: string
}

/** `POST /_open/auth`, for everybody. */
export const postOpenAuth: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_open/auth',
  access: 'open',
  about: {
    summary: 'gives a token that counts for an hour',
    parameters: [
      required(attribute('username', 'text', 'the user')),
      required(attribute('password', 'text', 'its password')),
    ],
    statuses: [
      answers(200, '`{jwt}`'),
      BAD_BODY,
      fails(400, 10, 'the body is no object'),
      fails(400, 400, 'an attribute is missing, or no text'),
      fails(401, 401, 'the credentials are wrong'),
      fails(404, 404, 'authentication is off'),
    ],
  },

  read(request) {
    const { username: user, password } = readObject(request)
    if (typeof user === 'string' && typeof password === 'string') return { user, password }
    throw badRequest('"username" and "password" need to be text')
  },

  async answer({ user, password }, { address }, { authentication }) {
    if (!authentication.isOn) throw unknownPath()
    const jwt = await authentication.logIn({ user, address }, password)
    if (jwt !== undefined) return jsonAnswer({ jwt })
    throw new RequestError(401, ERROR_NUMBER.httpUnauthorized, 'wrong credentials')
  },
})
