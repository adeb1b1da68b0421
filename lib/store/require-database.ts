import { META, readRow, rowName } from './meta-rows.js'
import { StoreError } from './store-error.js'
import type { WriteTransaction } from './write-transaction.js'

/**
 * Checks that a database has not been dropped.
 *
 * @param action - what is to be done, for the message
 * @throws StoreError `ERR_DATABASE_NOT_FOUND`
 */
export function requireDatabase({ tables }: WriteTransaction, id: number, action: string): void {
  if (readRow(tables.meta, rowName(META.databases, id)) !== undefined) return
  throw new StoreError('ERR_DATABASE_NOT_FOUND', `Cannot ${action}: there is no database ${id}`)
}
