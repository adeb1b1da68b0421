import { SYSTEM_DATABASE, StoreError } from '../../store/index.js'
import { ERROR_NUMBER, type JsonObject } from '../../wire/index.js'
import { jsonAnswer } from '../answer.js'
import { ROOT_USER } from '../auth/index.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { isObject, readObject, requiredText } from '../object-body.js'
import { notImplemented, RequestError } from '../request-error.js'
import { assertSystem } from '../system-only.js'

/**
 * `POST /_api/database` with `{name}` in the database `_system`: makes a database.
 *
 * 201 `{result: true}`; 400 with errorNum 10, 600 or 1229 (name), 403 with 1230 in another database, 409
 * with 1207, 501 for users other than root.
 */
export const postDatabase: Endpoint = defineEndpoint<string>({
  method: 'POST',
  path: '/_api/database',
  access: 'server',

  read(request) {
    const body = readObject(request)
    assertNoUsers(body)
    return requiredText(body, 'name')
  },

  async answer(name, { database }, { store }) {
    assertSystem(database)
    // A store takes the name for that of another one.
    if (name === SYSTEM_DATABASE) throw duplicate()
    try {
      await store.createDatabase(name)
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'ERR_NAME_INVALID') throw error
      throw new RequestError(400, ERROR_NUMBER.databaseNameInvalid, error.message)
    }
    return jsonAnswer({ error: false, code: 201, result: true }, 201)
  },
})

function assertNoUsers({ users }: JsonObject): void {
  if (!Array.isArray(users)) return
  const isRoot = (user: unknown): boolean => isObject(user) && user['username'] === ROOT_USER
  if (!users.every(isRoot)) throw notImplemented('making users with a database is')
}

function duplicate(): RequestError {
  return new RequestError(409, ERROR_NUMBER.duplicateName, 'duplicate database name')
}
