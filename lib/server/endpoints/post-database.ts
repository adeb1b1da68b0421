import { SYSTEM_DATABASE, StoreError } from '../../store/index.js'
import { ERROR_NUMBER, type JsonObject } from '../../wire/index.js'
import { answers, attribute, BAD_ATTRIBUTE, BAD_BODY, fails, required } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { changeGrant } from '../auth/change-grants.js'
import type { NewUser, UserRegistry } from '../auth/user-registry.js'
import { ANY_NAME, ROOT_USER } from '../auth/user.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { isObject, readObject, requiredText } from '../object-body.js'
import { badParameter, RequestError } from '../request-error.js'
import { assertSystem, ONLY_IN_SYSTEM } from '../system-only.js'
import { BAD_USER_NAME } from '../user-about.js'
import { readNewUser } from '../user-requests.js'

interface Input {
  readonly name: string
  /** Those who may do everything in the database, root apart. */
  readonly owners: readonly NewUser[]
}

/** `POST /_api/database`. Users that are there already keep their password. */
export const postDatabase: Endpoint = defineEndpoint<Input>({
  method: 'POST',
  path: '/_api/database',
  access: 'server',
  about: {
    summary: 'makes a database',
    parameters: [
      required(attribute('name', 'text', 'a new name')),
      attribute(
        'users',
        'array',
        '`{username, passwd, active, extra}`, who may do all in it',
        '[]',
      ),
    ],
    statuses: [
      answers(201, '`{result: true}`'),
      BAD_BODY,
      BAD_ATTRIBUTE,
      fails(400, 1229, 'no database may have that name'),
      BAD_USER_NAME,
      ONLY_IN_SYSTEM,
      fails(409, 1207, 'another one has the name'),
    ],
  },

  read(request) {
    const body = readObject(request)
    return { name: requiredText(body, 'name'), owners: readOwners(body) }
  },

  async answer({ name, owners }, { database }, { store, users }) {
    assertSystem(database)
    // A store takes the name for that of another one.
    if (name === SYSTEM_DATABASE) throw duplicate()
    try {
      await store.createDatabase(name)
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'ERR_NAME_INVALID') throw error
      throw new RequestError(400, ERROR_NUMBER.databaseNameInvalid, error.message)
    }
    for (const owner of owners) await grantAll(name, owner, users)
    return jsonAnswer({ error: false, code: 201, result: true }, 201)
  },
})

function readOwners({ users }: JsonObject): readonly NewUser[] {
  if (!Array.isArray(users)) return []
  return users
    .map((user: unknown) => {
      if (isObject(user)) return readNewUser(user, 'username')
      throw badParameter('"users" lists objects')
    })
    .filter(({ name }) => name !== ROOT_USER)
}

/** Whoever is there already keeps the password. */
async function grantAll(database: string, owner: NewUser, users: UserRegistry): Promise<void> {
  if (users.find(owner.name) === undefined) await users.create(owner)
  await users.change(owner.name, (user) => {
    const granted = changeGrant(user, { database }, 'rw')
    return changeGrant(granted, { database, collection: ANY_NAME }, 'rw')
  })
}

function duplicate(): RequestError {
  return new RequestError(409, ERROR_NUMBER.duplicateName, 'duplicate database name')
}
