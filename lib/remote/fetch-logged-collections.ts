import type { LoggedCollection } from '../replica/index.js'
import {
  asObject,
  parseGlobalInventory,
  parseInventory,
  read,
  type Json,
  type NamedDatabaseInventory,
} from '../wire/index.js'
import type { BatchSession } from './batch-session.js'
import { INVENTORY_TASK, requestInventory } from './fetch-inventory.js'
import { parseOr1401 } from './parse-or-1401.js'
import { RemoteStatusError } from './remote-error.js'

/** How servers refuse a global inventory that they do not have, or do not give to this user. */
const REFUSED_STATUSES: readonly number[] = [400, 403, 405, 501]

/** The collections that a log speaks of. */
export interface LoggedCollections {
  readonly collections: readonly LoggedCollection[]
  /** Whether they are those of one database though all were asked for. */
  readonly isPartial: boolean
}

/**
 * Reads which collections there are, of a database or of all; those without a globallyUniqueId cannot
 * be told by one and are left out.
 *
 * @throws RemoteError
 */
export async function fetchLoggedCollections(
  session: BatchSession,
  database: string,
  isGlobal: boolean,
  signal: AbortSignal | undefined,
): Promise<LoggedCollections> {
  const place = { task: INVENTORY_TASK, address: session.connection.address }
  const all = isGlobal ? await requestGlobal(session, signal) : undefined
  if (all !== undefined) {
    const { databases } = parseOr1401(place, () => parseGlobalInventory(all))
    return { collections: databases.flatMap(listCollections), isPartial: false }
  }
  const own = await requestInventory(session, {}, signal)
  const { collections } = parseOr1401(place, () => parseInventory(own))
  return { collections: listCollections({ name: database, collections }), isPartial: isGlobal }
}

/** @returns undefined where the server has no inventory of all databases */
async function requestGlobal(
  session: BatchSession,
  signal: AbortSignal | undefined,
): Promise<Json> {
  try {
    const value = await requestInventory(session, { global: 'true' }, signal)
    const isOfAll = Object.hasOwn(asObject(read(value, 'an inventory')), 'databases')
    return isOfAll ? value : undefined
  } catch (error) {
    const isRefusal = error instanceof RemoteStatusError && REFUSED_STATUSES.includes(error.status)
    if (!isRefusal) throw error
    return undefined
  }
}

function listCollections({
  name: databaseName,
  collections,
}: Pick<NamedDatabaseInventory, 'name' | 'collections'>): LoggedCollection[] {
  return collections.flatMap(({ name, globallyUniqueId, isDeleted }) =>
    globallyUniqueId === undefined || isDeleted ? [] : [{ databaseName, globallyUniqueId, name }],
  )
}
