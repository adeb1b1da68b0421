import { randomBytes } from 'node:crypto'
import { USER_NAME_BYTES_MAX, USERS_REMEMBERED_MAX } from '../../core/index.js'
import { SYSTEM_DATABASE, type Store } from '../../store/index.js'
import { forbidden } from '../request-error.js'
import { changeGrant, forgetDatabase } from './change-grants.js'
import type { ForeignUser } from './foreign-user.js'
import { hashPassword, verifyPassword } from './password-hash.js'
import type { PasswordTurns } from './password-turns.js'
import type { Grant, Permissions } from './permissions.js'
import { ownCollectionGrant, ownDatabaseGrant, permissionsOf } from './resolve-grants.js'
import { formatUser, parseUser, ROOT_GRANTS } from './user-record.js'
import { duplicateUser, userNotFound } from './user-errors.js'
import { ROOT_USER, type User } from './user.js'

const META_PREFIX = 'users/'
const GENERATED_BYTES = 18

/** Where users are kept. */
export type UserStore = Pick<Store, 'getMeta' | 'putMeta' | 'metaNames'>

/** A user and what it may do. */
export interface KnownUser {
  readonly user: User
  readonly permissions: Permissions
}

/** What a new user is made of. */
export type NewUser = Pick<User, 'name' | 'isActive' | 'extra'> & { readonly password: string }

/** A user of another server, whose `extra` has become text. */
export type RestoredUser = Omit<ForeignUser, 'extra'> & Pick<User, 'extra'>

/**
 * The users of a leader, the only one who writes them: what was read of the store is remembered until
 * it is changed here, so that a change counts from the next request on.
 */
export class UserRegistry {
  readonly #store: UserStore
  readonly #turns: PasswordTurns
  /** Users that were looked for; the one not looked for for longest comes first. */
  readonly #known = new Map<string, KnownUser>()
  #lastChange: Promise<unknown> = Promise.resolve()

  constructor(store: UserStore, turns: PasswordTurns) {
    this.#store = store
    this.#turns = turns
  }

  /** The user of that name. */
  find(name: string): KnownUser | undefined {
    const known = this.#known.get(name) ?? this.#read(name)
    if (known === undefined) return undefined
    this.#known.delete(name)
    this.#known.set(name, known)
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size > USERS_REMEMBERED_MAX) this.#known.delete(oldest)
    return known
  }

  /**
   * The user of that name.
   *
   * @throws RequestError 404 with errorNum 1703
   */
  get(name: string): User {
    const known = this.find(name)
    if (known === undefined) throw userNotFound()
    return known.user
  }

  /** All users, by name. */
  *list(): Generator<User, void, undefined> {
    for (const name of this.#store.metaNames(META_PREFIX)) {
      yield this.get(name.slice(META_PREFIX.length))
    }
  }

  /** Hashes a password when it is its turn; 503 with errorNum 32 when too many wait. */
  hash(password: string): Promise<User['password']> {
    return this.#turns.take(() => hashPassword(password))
  }

  /**
   * Makes a user without any grant.
   *
   * @throws RequestError 409 with errorNum 1702
   */
  async create({ name, password, isActive, extra }: NewUser): Promise<User> {
    if (this.find(name) !== undefined) throw duplicateUser()
    const hash = await this.hash(password)
    return this.#inTurn(async () => {
      if (this.find(name) !== undefined) throw duplicateUser()
      const databases = new Map()
      return this.#put({ name, password: hash, isActive, extra, databases, since: nowSeconds() })
    })
  }

  /**
   * Makes a user as another server knew it, or puts it in the place of the one of that name.
   *
   * @throws RequestError 403 with errorNum 11 for root, who would lock out whoever runs this leader
   */
  async restore({ hash, salt, ...user }: RestoredUser): Promise<void> {
    if (user.name === ROOT_USER) throw forbidden('the user "root" stays as it is')
    const password = { ...(await this.hash(hash)), foreignSalt: salt }
    await this.#inTurn(() => this.#put({ ...user, password, since: nowSeconds() }))
  }

  /**
   * Changes a user.
   *
   * @param change - is given the user as it is by then
   * @throws RequestError 404 with errorNum 1703, 403 with 11 for what would lock root out
   */
  change(name: string, change: (user: User) => User): Promise<User> {
    return this.#inTurn(() => {
      const changed = change(this.get(name))
      if (name === ROOT_USER) assertMayManage(changed)
      return this.#put(changed)
    })
  }

  /**
   * Removes a user.
   *
   * @throws RequestError 404 with errorNum 1703, 403 with 11 for root
   */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      this.get(name)
      if (name === ROOT_USER) throw forbidden('the user "root" stays')
      await this.#store.putMeta(META_PREFIX + name, undefined)
      this.#known.delete(name)
    })
  }

  /** Takes the grants of a dropped database away, lest they count for the next one of its name. */
  forgetDatabase(database: string): Promise<void> {
    return this.#inTurn(async () => {
      for (const user of [...this.list()]) {
        if (user.databases.has(database)) await this.#put(forgetDatabase(user, database))
      }
    })
  }

  /** Takes the grants of a dropped collection away, lest they count for the next one of its name. */
  forgetCollection(database: string, collection: string): Promise<void> {
    return this.#inTurn(() => this.#replaceGrants({ database, collection }, () => undefined))
  }

  /**
   * Gives a collection that was renamed the grants of its old name, which stay too, and none of those
   * that its new name had before.
   */
  renameCollection(database: string, from: string, to: string): Promise<void> {
    return this.#inTurn(() =>
      this.#replaceGrants({ database, collection: to }, (user) =>
        ownCollectionGrant(user, database, from),
      ),
    )
  }

  /**
   * Makes sure that there is a root user: with the configured password if there is one, whatever was
   * kept; else with the kept one; else with a new one.
   *
   * @returns the password that was made, which nothing else tells; undefined otherwise
   */
  async prepareRoot(configured: string | undefined): Promise<string | undefined> {
    const kept = this.find(ROOT_USER)?.user
    if (configured === undefined && kept !== undefined) return undefined
    if (configured !== undefined && kept !== undefined) {
      if (await verifyPassword(configured, kept.password)) return undefined
    }
    const password = configured ?? randomBytes(GENERATED_BYTES).toString('base64url')
    const hash = await this.hash(password)
    const { databases, since, extra } = kept ?? NEW_ROOT
    await this.#put({ name: ROOT_USER, password: hash, isActive: true, extra, databases, since })
    return configured === undefined ? password : undefined
  }

  #read(name: string): KnownUser | undefined {
    // Anybody may say any name, also one that is too long to be looked up.
    if (Buffer.byteLength(name) > USER_NAME_BYTES_MAX) return undefined
    const value = this.#store.getMeta(META_PREFIX + name)
    return value === undefined ? undefined : known(parseUser(name, value))
  }

  /** Gives all users another grant of a collection, or none; those who keep theirs are not written. */
  async #replaceGrants(
    target: { readonly database: string; readonly collection: string },
    grantOf: (user: User) => Grant | undefined,
  ): Promise<void> {
    for (const user of [...this.list()]) {
      const grant = grantOf(user)
      if (ownCollectionGrant(user, target.database, target.collection) === grant) continue
      await this.#put(changeGrant(user, target, grant))
    }
  }

  async #put(user: User): Promise<User> {
    await this.#store.putMeta(META_PREFIX + user.name, formatUser(user))
    this.#known.set(user.name, known(user))
    return user
  }

  /** One change after the other, so that none is made of what another one has replaced. */
  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const changed = this.#lastChange.then(change)
    this.#lastChange = changed.catch(() => undefined)
    return changed
  }
}

const NEW_ROOT: Pick<User, 'databases' | 'since' | 'extra'> = {
  databases: ROOT_GRANTS,
  since: 0,
  extra: '{}',
}

function known(user: User): KnownUser {
  return { user, permissions: permissionsOf(user) }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** Root can always log in and change what it may do, as in ArangoDB. */
function assertMayManage(root: User): void {
  if (!root.isActive) throw forbidden('the user "root" stays active')
  if (ownDatabaseGrant(root, SYSTEM_DATABASE) === 'rw') return
  throw forbidden('the user "root" keeps its grant on "_system"')
}
