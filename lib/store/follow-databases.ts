import type { CreateDatabaseMarker } from '../wire/index.js'
import { createDatabase, dropDatabase } from './database-writes.js'
import { SYSTEM_DATABASE, type StoreDatabase } from './store-records.js'
import { readData } from './follow-data.js'
import type { WriteTransaction } from './write-transaction.js'

/**
 * Makes a database, in place of one of its name (client notes, 3.4). Whatever that one holds was
 * written after the marker, or before a drop that the log tells of, so all that is still to be there
 * comes again; a marker that was applied never comes twice, since the position is saved with it.
 *
 * @returns false for `_system`, which is always there
 */
export function followCreateDatabase(
  transaction: WriteTransaction,
  marker: CreateDatabaseMarker,
): boolean {
  const { name: told } = readData(marker.data)
  const name = typeof told === 'string' ? told : marker.databaseName
  if (name === undefined || name === SYSTEM_DATABASE) return false
  if (findDatabase(transaction, name) !== undefined) dropDatabase(transaction, name)
  createDatabase(transaction, name)
  return true
}

/** @returns false when there is no such database */
export function followDropDatabase(
  transaction: WriteTransaction,
  name: string | undefined,
): boolean {
  if (name === undefined || findDatabase(transaction, name) === undefined) return false
  dropDatabase(transaction, name)
  return true
}

/** The database of that name, as the transaction sees it. */
export function findDatabase(
  { catalog }: WriteTransaction,
  name: string,
): StoreDatabase | undefined {
  return catalog.databases.find((database) => database.name === name)
}
