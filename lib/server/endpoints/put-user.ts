import type { NewUser } from '../auth/user-registry.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject } from '../object-body.js'
import { USER_CHANGED, USER_PART, USER_SETTINGS } from '../user-about.js'
import { assertFits, readUserOfPath, readUserSettings, userAnswer } from '../user-requests.js'

/** `PUT /_api/user/{name}`. */
export const putUser: Endpoint = defineEndpoint<NewUser>({
  method: 'PUT',
  path: '/_api/user/:name',
  access: 'known',
  about: {
    summary: 'replaces what is kept of a user but for the grants, for administrators and the user',
    parameters: [USER_PART, ...USER_SETTINGS],
    statuses: USER_CHANGED,
  },

  read(request) {
    const name = readUserOfPath(request)
    const settings = readUserSettings(readObject(request))
    const { password = '', isActive = true, extra = '{}' } = settings
    assertFits(name, password)
    return { name, password, isActive, extra }
  },

  async answer({ name, password, isActive, extra }, _request, { users }) {
    users.get(name)
    const hash = await users.hash(password)
    const changed = await users.change(name, (user) => ({
      ...user,
      password: hash,
      isActive,
      extra,
    }))
    return userAnswer(changed, 200)
  },
})
