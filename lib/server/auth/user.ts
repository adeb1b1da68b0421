import type { Grant } from './permissions.js'
import type { PasswordHash } from './password-hash.js'

/** What a user was granted in one database, or in all that are not named. */
export interface DatabaseGrants {
  /** Of the database itself; undefined where only grants of collections were given. */
  readonly grant: Grant | undefined
  /** By name of the collection; `*` stands for those that are not named. */
  readonly collections: ReadonlyMap<string, Grant>
}

/** A user as the leader keeps it. */
export interface User {
  readonly name: string
  readonly password: PasswordHash
  /** Whether it may log in. */
  readonly isActive: boolean
  /** JSON text of an object that belongs to whoever manages users. */
  readonly extra: string
  /** By name of the database; `*` stands for those that are not named. */
  readonly databases: ReadonlyMap<string, DatabaseGrants>
  /** Seconds since 1970; tokens of older date belong to another user of that name. */
  readonly since: number
}

/** The user that every leader has. */
export const ROOT_USER = 'root'

/** Stands for every database, or every collection, that has no grant of its own. */
export const ANY_NAME = '*'
