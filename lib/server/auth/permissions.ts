/** What a user may do with a database or a collection: nothing, read it, or change it. */
export type Grant = 'none' | 'ro' | 'rw'

/** What a caller may do. */
export interface Permissions {
  database(database: string): Grant
  /** Of a collection that need not exist. */
  collection(database: string, collection: string): Grant
}

/** Of those who may do everything: superusers, and anybody where authentication is off. */
export const ALL_PERMISSIONS: Permissions = {
  database: () => 'rw',
  collection: () => 'rw',
}

/** Of those who are not known. */
export const NO_PERMISSIONS: Permissions = {
  database: () => 'none',
  collection: () => 'none',
}

/** The grants, each including those before it. */
const LEVELS: readonly Grant[] = ['none', 'ro', 'rw']

/** Tells whether a grant includes another one. */
export function includesGrant(grant: Grant, needed: Grant): boolean {
  return LEVELS.indexOf(grant) >= LEVELS.indexOf(needed)
}

/** The highest of some grants; none where there are none. */
export function highestGrant(...grants: readonly (Grant | undefined)[]): Grant {
  const indexes = grants.map((grant) => LEVELS.indexOf(grant ?? 'none'))
  return LEVELS[Math.max(0, ...indexes)] ?? 'none'
}
