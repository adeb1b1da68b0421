import type { StoreDatabase } from './store-records.js'
import { StoreError } from './store-error.js'

/** The error of a replica whose address names a database that the store does not have. */
export function missingDatabase(
  action: 'read' | 'write to',
  name: string,
  path: string,
  databases: readonly StoreDatabase[],
): StoreError {
  const known = databases.map((database) => database.name).join(', ')
  const reason = `the store ${path} has none of that name; there are ${known}`
  return new StoreError('ERR_DATABASE_NOT_FOUND', `Cannot ${action} database "${name}": ${reason}`)
}
