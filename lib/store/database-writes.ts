import type { LogPosition } from '../replica/index.js'
import { formatTick } from '../values/index.js'
import { DOCUMENT_COLLECTION } from '../wire/index.js'
import type { CopyRow, DroppedRow } from './catalog.js'
import { createCollection, removeCollection } from './collection-writes.js'
import { putPosition, removePositions } from './follow-position.js'
import { META, putRow, rowName } from './meta-rows.js'
import { checkDatabaseName } from './names.js'
import { StoreError } from './store-error.js'
import {
  SYSTEM_DATABASE,
  SYSTEM_DATABASE_ID,
  type CopyMark,
  type StoreDatabase,
} from './store-records.js'
import { removeView } from './view-writes.js'
import { MARKER_TYPE } from './wal-record.js'
import type { WriteTransaction } from './write-transaction.js'

/** What every new database has (design, "The leader's two forms"). */
const SYSTEM_COLLECTIONS = ['_analyzers', '_graphs', '_aqlfunctions']
/** What `_system` has besides. */
const SERVER_COLLECTIONS = ['_users']

/** Makes a database and its system collections. */
export function createDatabase(transaction: WriteTransaction, name: string): StoreDatabase {
  checkDatabaseName(name)
  if (transaction.catalog.databases.some((database) => database.name === name)) {
    throw new StoreError('ERR_DATABASE_EXISTS', `Cannot make database "${name}": it exists`)
  }
  return putDatabase(transaction, { id: transaction.nextId(), name }, SYSTEM_COLLECTIONS)
}

/** Makes `_system`, once for each store; its id is 1 as in ArangoDB. */
export function createSystemDatabase(transaction: WriteTransaction): StoreDatabase {
  const database = { id: SYSTEM_DATABASE_ID, name: SYSTEM_DATABASE }
  return putDatabase(transaction, database, [...SYSTEM_COLLECTIONS, ...SERVER_COLLECTIONS])
}

function putDatabase(
  transaction: WriteTransaction,
  { id, name }: StoreDatabase,
  systemCollections: readonly string[],
): StoreDatabase {
  const data = { database: id, id: String(id), name }
  const at = transaction.mark(MARKER_TYPE.createDatabase, { databaseId: id, objectId: 0 }, data)
  // The log of `_system` begins with that of the store.
  const madeAt = id === SYSTEM_DATABASE_ID ? undefined : formatTick(at)
  const database: StoreDatabase = { id, name, ...(madeAt === undefined ? {} : { madeAt }) }
  putRow(transaction.tables.meta, rowName(META.databases, id), database)
  transaction.changeCatalog()
  for (const collection of systemCollections) {
    createCollection(transaction, id, { name: collection, type: DOCUMENT_COLLECTION })
  }
  return database
}

/** Drops a database with all that is in it; its documents go later, in slices. */
export function dropDatabase(transaction: WriteTransaction, name: string): void {
  const { catalog, tables } = transaction
  const database = catalog.databases.find((candidate) => candidate.name === name)
  if (database === undefined) {
    throw new StoreError('ERR_DATABASE_NOT_FOUND', `Cannot drop database "${name}": no such one`)
  }
  const { id } = database
  if (id === SYSTEM_DATABASE_ID) {
    throw new StoreError('ERR_NAME_INVALID', `Cannot drop database "${name}": it stays`)
  }
  for (const collection of catalog.collections) {
    if (collection.databaseId === id) removeCollection(transaction, collection)
  }
  for (const view of catalog.views) {
    if (view.databaseId === id) removeView(transaction, view)
  }
  tables.meta.removeSync(rowName(META.copies, id))
  tables.meta.removeSync(rowName(META.positions, id))
  tables.meta.removeSync(rowName(META.databases, id))
  const dropped: DroppedRow = { kind: 'database', databaseId: id, name, guid: '' }
  putRow(tables.meta, rowName(META.dropped, id), dropped)
  transaction.changeCatalog()
  transaction.mark(MARKER_TYPE.dropDatabase, { databaseId: id, objectId: 0 })
}

/** Says that a copy into the database has begun: where its data stood in a log is forgotten. */
export function putCopyMark(
  { tables: { meta } }: WriteTransaction,
  databaseId: number,
  mark: CopyMark,
): void {
  const name = rowName(META.copies, databaseId)
  removePositions(meta, databaseId)
  const { address, serverId, tick, collections } = mark
  const row: CopyRow = { address, serverId, tick: tick?.toString(), collections }
  putRow(meta, name, row)
}

/**
 * Says that the copy into the database has ended.
 *
 * @param position - where its data stands, in the log of a database or of all of them
 */
export function removeCopyMark(
  { tables: { meta } }: WriteTransaction,
  databaseId: number,
  position: LogPosition | undefined,
): void {
  meta.removeSync(rowName(META.copies, databaseId))
  if (position === undefined) return
  putPosition(meta, position.database === undefined ? undefined : databaseId, position)
}
