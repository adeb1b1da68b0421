import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject } from '../object-body.js'
import { USER_CHANGED, USER_PART, USER_SETTINGS } from '../user-about.js'
import {
  assertFits,
  readUserOfPath,
  readUserSettings,
  userAnswer,
  type UserSettings,
} from '../user-requests.js'

interface Input {
  readonly name: string
  readonly settings: UserSettings
}

/** `PATCH /_api/user/{name}`: what is not given stays. */
export const patchUser: Endpoint = defineEndpoint<Input>({
  method: 'PATCH',
  path: '/_api/user/:name',
  access: 'known',
  about: {
    summary: 'changes what is given of a user, for administrators and the user itself',
    parameters: [USER_PART, ...USER_SETTINGS.map((one) => ({ ...one, fallback: undefined }))],
    statuses: USER_CHANGED,
  },

  read(request) {
    const name = readUserOfPath(request)
    const settings = readUserSettings(readObject(request))
    assertFits(name, settings.password)
    return { name, settings }
  },

  async answer({ name, settings: { password, isActive, extra } }, _request, { users }) {
    users.get(name)
    const hash = password === undefined ? undefined : await users.hash(password)
    const changed = await users.change(name, (user) => ({
      ...user,
      password: hash ?? user.password,
      isActive: isActive ?? user.isActive,
      extra: extra ?? user.extra,
    }))
    return userAnswer(changed, 200)
  },
})
