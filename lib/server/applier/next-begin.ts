import { formatPosition } from '../../replica/index.js'
import {
  createStoreTarget,
  SYSTEM_DATABASE,
  type Store,
  type StoreDatabase,
} from '../../store/index.js'
import { unfinishedCopyOf } from '../../sync/index.js'
import type { ApplierRecord } from './applier-record.js'
import type { ApplierBegin } from './applier-run.js'

/** Whose data goes on from where. */
interface Place {
  readonly store: Store
  /** Undefined: all databases. */
  readonly database: StoreDatabase | undefined
}

/**
 * How a follower begins that is started again: as it was told last, where it has not come further
 * since. A synchronisation that it began by itself, and did not finish, is the run's own matter; for
 * one that it was told to begin with nobody waits any more, so it may wait for its leader.
 */
export async function nextBegin(
  { begin }: Pick<ApplierRecord, 'begin'>,
  place: Place,
): Promise<ApplierBegin> {
  if (begin?.kind === 'sync') return { kind: 'sync', isPatient: true }
  if (begin === undefined || begin.before !== positionText(place)) return { kind: 'saved' }
  return (await hasUnfinishedCopy(place)) ? { kind: 'saved' } : { kind: 'tick', tick: begin.tick }
}

/** Where the data stands in a log; undefined where it stands in none. */
export function positionText({ store, database }: Place): string | undefined {
  const position = store.followPosition(database)
  return position === undefined ? undefined : formatPosition(position)
}

async function hasUnfinishedCopy({ store, database }: Place): Promise<boolean> {
  const record = database ?? store.database(SYSTEM_DATABASE)
  if (record === undefined) return false
  const copy = await unfinishedCopyOf(createStoreTarget(store, record), database === undefined)
  return copy !== undefined
}
