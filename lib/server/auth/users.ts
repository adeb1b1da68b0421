import { randomBytes } from 'node:crypto'
import type { Store } from '../../store/index.js'
import {
  hashPassword,
  parsePasswordHash,
  verifyPassword,
  type PasswordHash,
} from './password-hash.js'

/** The user that every leader has. */
export const ROOT_USER = 'root'

const META_PREFIX = 'users/'
const GENERATED_BYTES = 18

/** Where users are kept. */
export type UserStore = Pick<Store, 'getMeta' | 'putMeta'>

/** The kept password of a user; undefined for a name that nobody has. */
export function findPassword(store: UserStore, name: string): PasswordHash | undefined {
  const value = store.getMeta(META_PREFIX + name)
  return value === undefined ? undefined : parsePasswordHash(value)
}

/**
 * Makes sure that there is a root user: with the configured password if there is one, whatever was
 * kept; else with the kept one; else with a new one.
 *
 * @returns the password that was made, which nothing else tells; undefined otherwise
 */
export async function prepareRootUser(
  store: UserStore,
  configured: string | undefined,
): Promise<string | undefined> {
  const kept = findPassword(store, ROOT_USER)
  if (configured === undefined) {
    return kept === undefined ? generatePassword(store) : undefined
  }
  if (kept === undefined || !(await verifyPassword(configured, kept))) {
    await keepPassword(store, configured)
  }
  return undefined
}

async function generatePassword(store: UserStore): Promise<string> {
  const password = randomBytes(GENERATED_BYTES).toString('base64url')
  await keepPassword(store, password)
  return password
}

async function keepPassword(store: UserStore, password: string): Promise<void> {
  await store.putMeta(META_PREFIX + ROOT_USER, await hashPassword(password))
}
