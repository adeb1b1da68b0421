import { SYSTEM_DATABASE, type Store, type StoreDatabase } from '../store/index.js'
import type { Permissions } from './auth/index.js'
import type { Access } from './endpoint.js'
import { databaseNotFound, forbidden, unauthorized } from './request-error.js'

/** What a request wants to use. */
export interface Admission {
  /** Name of the database of the path. */
  readonly database: string
  readonly access: Access
  readonly permissions: Permissions
}

/**
 * Lets a request use the database of its path: the one place where it is asked whether its caller may.
 * Whether a database exists is told only to those who may read it; endpoints that need no grant are
 * answered from `_system` for all others.
 *
 * @throws RequestError 401 with errorNum 11 without any grant of the database, 403 with 11 where more
 *   is needed than was granted, 404 with 1228 for a database that is not there
 */
export function authorize(
  { database: name, access, permissions }: Admission,
  store: Pick<Store, 'database'>,
): StoreDatabase {
  const grant = permissions.database(name)
  const needsNone = access === 'open' || access === 'known'
  if (grant === 'none' && !needsNone) throw unauthorized()
  const database = store.database(grant === 'none' ? SYSTEM_DATABASE : name)
  if (database === undefined) throw databaseNotFound()
  if (access === 'database-rw' && grant !== 'rw')
    throw forbidden('the database is read only for you')
  if (access === 'server' && permissions.database(SYSTEM_DATABASE) !== 'rw') {
    throw forbidden('only administrators may do that')
  }
  return database
}
