import type { Grant } from './permissions.js'
import type { DatabaseGrants, User } from './user.js'

/** What a grant is given for: a database, or a collection of it. */
export interface GrantTarget {
  /** `*` for those that have no grant of their own. */
  readonly database: string
  /** The same for collections. */
  readonly collection?: string | undefined
}

/**
 * Gives a user a grant, or takes it away.
 *
 * @param grant - undefined takes away what was granted: the rules for `*` count again
 */
export function changeGrant(
  user: User,
  { database, collection }: GrantTarget,
  grant: Grant | undefined,
): User {
  const { grant: ofDatabase, collections } = user.databases.get(database) ?? NO_GRANTS
  return collection === undefined
    ? withDatabase(user, database, { grant, collections })
    : withDatabase(user, database, {
        grant: ofDatabase,
        collections: withEntry(collections, collection, grant),
      })
}

/** Takes every grant of a database and its collections away. */
export function forgetDatabase(user: User, database: string): User {
  return withDatabase(user, database, NO_GRANTS)
}

const NO_GRANTS: DatabaseGrants = { grant: undefined, collections: new Map() }

function withDatabase(user: User, database: string, grants: DatabaseGrants): User {
  const isEmpty = grants.grant === undefined && grants.collections.size === 0
  return { ...user, databases: withEntry(user.databases, database, isEmpty ? undefined : grants) }
}

function withEntry<Value>(
  map: ReadonlyMap<string, Value>,
  name: string,
  value: Value | undefined,
): ReadonlyMap<string, Value> {
  const changed = new Map(map)
  if (value === undefined) changed.delete(name)
  else changed.set(name, value)
  return changed
}
