import { parseTick, tick, type Tick } from '../values/index.js'
import type { StoreDatabase } from './store-records.js'

/** Where the log of a database is read from, as far as that is for the database to say. */
export interface OwnLogPlace {
  /** Behind which tick to read. */
  readonly after: Tick
  /** False for a place in the log of an older database of the same name. */
  readonly isOwn: boolean
}

/**
 * Tells where to read in the log of a database. What is dropped and made again under its name is
 * another database: its log begins with it, and who has read of the older one would miss what that
 * one was told last, and its drop. A reading from 0 begins where the log of the database does.
 *
 * @param database - undefined for the log of all, which tells of drops itself
 */
export function placeInOwnLog(database: StoreDatabase | undefined, from: Tick): OwnLogPlace {
  const { madeAt } = database ?? {}
  const start = madeAt === undefined ? 0n : parseTick(madeAt) - 1n
  if (from >= start) return { after: from, isOwn: true }
  return from === 0n ? { after: tick(start), isOwn: true } : { after: from, isOwn: false }
}
