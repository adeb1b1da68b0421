import { scryptSync } from 'node:crypto'
import { changeGrant } from '../../../lib/server/auth/change-grants.js'
import type { PasswordHash } from '../../../lib/server/auth/password-hash.js'
import type { Grant } from '../../../lib/server/auth/permissions.js'
import { makeToken } from '../../../lib/server/auth/token.js'
import { formatUser } from '../../../lib/server/auth/user-record.js'
import type { User } from '../../../lib/server/auth/user.js'
import type { Store } from '../../../lib/store/index.js'
import { SignJWT } from 'jose'

/** The secret of the leaders that these users ask. */
export const TEST_SECRET = 'secret of the tests'

/** Grants by `database` or `database/collection`. */
export type TestGrants = Readonly<Record<string, Grant>>

/** A kept password that takes no time to check. */
export function hashCheaply(password: string): PasswordHash {
  const settings = { cost: 2, blockSize: 1, parallelization: 1 }
  const salt = Buffer.from('salt')
  const hash = scryptSync(password, salt, 32, settings).toString('base64')
  return { algorithm: 'scrypt', ...settings, salt: salt.toString('base64'), hash }
}

/** A user whose password is the name. */
export function createUser(name: string, grants: TestGrants = {}): User {
  const password = hashCheaply(name)
  const user: User = {
    name,
    password,
    isActive: true,
    extra: '{}',
    databases: new Map(),
    since: 0,
  }
  return Object.entries(grants).reduce((granted, [target, grant]) => {
    const [database = '', collection] = target.split('/')
    return changeGrant(granted, { database, collection }, grant)
  }, user)
}

/** Keeps a user in a store whose leader has not looked for it yet. */
export async function addUser(store: Store, name: string, grants: TestGrants = {}): Promise<void> {
  await store.putMeta(`users/${name}`, formatUser(createUser(name, grants)))
}

/** Credentials of a user that take no password to be hashed. */
export async function bearerOf(user: string): Promise<string> {
  return `bearer ${await makeToken(user, Buffer.from(TEST_SECRET))}`
}

/** Credentials of a superuser. */
export async function superuserBearer(): Promise<string> {
  const token = new SignJWT({ iss: 'arangodb', server_id: 'tests' })
  return `bearer ${await token.setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(TEST_SECRET))}`
}

/** The header of a name and a password. */
export function basicOf(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
