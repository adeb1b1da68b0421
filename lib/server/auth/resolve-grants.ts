import { SYSTEM_DATABASE } from '../../store/index.js'
import { highestGrant, type Grant, type Permissions } from './permissions.js'
import { ANY_NAME, type User } from './user.js'

const USERS_COLLECTION = '_users'

type Grants = Pick<User, 'databases'>

/**
 * What a user may do, by ArangoDB's rules (its documentation of users, "Permission Resolution"):
 *
 * - of a database its own grant counts; without one the higher of those of `*` and of `_system`
 * - of a collection its own grant counts, if the database may be read at all; without one the highest
 *   of those of all collections of the database, of all collections of all databases, and of the
 *   database
 * - of a system collection that of the database counts; `_users` is for administrators
 */
export function permissionsOf(user: Grants): Permissions {
  return {
    database: (database) => databaseGrant(user, database),
    collection: (database, collection) => collectionGrant(user, database, collection),
  }
}

/** The grant of a database that was given by its name, `*` included. */
export function ownDatabaseGrant({ databases }: Grants, database: string): Grant | undefined {
  return databases.get(database)?.grant
}

/** The grant of a collection that was given by both names, `*` included. */
export function ownCollectionGrant(
  { databases }: Grants,
  database: string,
  collection: string,
): Grant | undefined {
  return databases.get(database)?.collections.get(collection)
}

function databaseGrant(user: Grants, database: string): Grant {
  const own = ownDatabaseGrant(user, database)
  if (own !== undefined) return own
  return highestGrant(ownDatabaseGrant(user, ANY_NAME), ownDatabaseGrant(user, SYSTEM_DATABASE))
}

function collectionGrant(user: Grants, database: string, collection: string): Grant {
  const ofDatabase = databaseGrant(user, database)
  if (ofDatabase === 'none') return 'none'
  if (collection === USERS_COLLECTION && database === SYSTEM_DATABASE) {
    return ofDatabase === 'rw' ? 'rw' : 'none'
  }
  if (collection.startsWith('_')) return ofDatabase
  const own = ownCollectionGrant(user, database, collection)
  if (own !== undefined) return own
  return highestGrant(
    ownCollectionGrant(user, database, ANY_NAME),
    ownCollectionGrant(user, ANY_NAME, ANY_NAME),
    ofDatabase,
  )
}
