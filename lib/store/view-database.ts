import type { Snapshot, Source } from '../replica/index.js'
import { DatabaseSnapshot } from './database-snapshot.js'
import { missingDatabase } from './missing-database.js'
import type { StoreDatabase } from './store-records.js'
import type { StoreSnapshot } from './store-snapshot.js'
import type { Store } from './store.js'

/** The database of a source, of which that tells address and name. */
type DatabaseSource = Pick<Source, 'address' | 'onNotice'> & { readonly database: string }

/**
 * A view of one database inside a snapshot; that a copy into it has not ended is told as a warning.
 *
 * @param end - called when the view is closed
 * @throws StoreError `ERR_DATABASE_NOT_FOUND`
 */
export function viewDatabase(
  source: DatabaseSource,
  snapshot: StoreSnapshot,
  { path, serverId }: Pick<Store, 'path' | 'serverId'>,
  end: () => void,
): Snapshot {
  const database = findDatabase(snapshot, source.database, path)
  if (snapshot.copyMark(database) !== undefined) {
    const message = `the copy into ${source.address} was not finished; its data is incomplete`
    source.onNotice({ kind: 'warning', message })
  }
  return new DatabaseSnapshot(snapshot, database, serverId, end)
}

/**
 * The database of that name.
 *
 * @throws StoreError `ERR_DATABASE_NOT_FOUND`
 */
export function findDatabase(
  from: Pick<Store, 'database' | 'databases'>,
  name: string,
  path: string,
): StoreDatabase {
  const found = from.database(name)
  if (found !== undefined) return found
  throw missingDatabase('read', name, path, from.databases())
}
