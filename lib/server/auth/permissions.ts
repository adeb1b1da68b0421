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
