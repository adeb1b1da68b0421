import type { Store, StoreDatabase } from '../../store/index.js'
import type { JsonObject } from '../../wire/index.js'
import { answers, queryFlag } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { ownCollectionGrant, ownDatabaseGrant, permissionsOf } from '../auth/resolve-grants.js'
import { ANY_NAME, type User } from '../auth/user.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { NOT_SELF, UNKNOWN_USER, USER_PART } from '../user-about.js'
import { readUserOfPath } from '../user-requests.js'

interface Input {
  readonly name: string
  /** All that was granted, instead of what follows from it. */
  readonly isFull: boolean
}

/** Stands for a grant that was not given. */
const NOT_GIVEN = 'undefined'

/** `GET /_api/user/{name}/database`. */
export const getUserGrants: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/user/:name/database',
  access: 'known',
  about: {
    summary: 'the databases that a user may read, for administrators and the user itself',
    parameters: [
      USER_PART,
      queryFlag('full', 'what was given by name for all databases and collections', false),
    ],
    statuses: [
      answers(200, '`{result: {database: grant}}`, or `{database: {permission, collections}}`'),
      NOT_SELF,
      UNKNOWN_USER,
    ],
  },

  read: (request) => ({
    name: readUserOfPath(request),
    isFull: booleanParameter(request.query, 'full') ?? false,
  }),

  answer({ name, isFull }, _request, { users, store }) {
    const user = users.get(name)
    const result = isFull ? givenGrants(user, store) : readableDatabases(user, store)
    return jsonAnswer({ error: false, code: 200, result })
  },
})

function readableDatabases(user: User, store: Store): JsonObject {
  const permissions = permissionsOf(user)
  const grants = store.databases().map(({ name }) => [name, permissions.database(name)] as const)
  return Object.fromEntries(grants.filter(([, grant]) => grant !== 'none'))
}

function givenGrants(user: User, store: Store): JsonObject {
  const databases = store
    .databases()
    .map((database) => [database.name, givenInDatabase(user, database, store)] as const)
  const permission = permissionsOf(user).database(ANY_NAME)
  return { ...Object.fromEntries(databases), [ANY_NAME]: { permission } }
}

function givenInDatabase(user: User, database: StoreDatabase, store: Store): JsonObject {
  const names = store.collections(database).map(({ definition }) => definition.name)
  const collections = [...names, ANY_NAME].map(
    (name) => [name, ownCollectionGrant(user, database.name, name) ?? NOT_GIVEN] as const,
  )
  return {
    permission: ownDatabaseGrant(user, database.name) ?? NOT_GIVEN,
    collections: Object.fromEntries(collections),
  }
}
