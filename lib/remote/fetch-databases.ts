import { sortDatabases } from '../replica/index.js'
import { parseGlobalInventory } from '../wire/index.js'
import type { BatchSession } from './batch-session.js'
import { INVENTORY_TASK, requestInventory } from './fetch-inventory.js'
import { parseOr1401 } from './parse-or-1401.js'

/**
 * Reads which databases a server has, out of the inventory of all of them (client notes, 1.7). What
 * they hold is asked of each by itself: a server refuses that where the caller may not read it, while
 * here it would be left out without a word.
 *
 * @param session - of a batch of `_system`
 * @throws RemoteError
 */
export async function fetchDatabases(
  session: BatchSession,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const query = { global: 'true', includeSystem: 'false' }
  const value = await requestInventory(session, query, signal)
  const task = { task: INVENTORY_TASK, address: session.connection.address }
  const { databases } = parseOr1401(task, () => parseGlobalInventory(value))
  return sortDatabases(databases.map(({ name }) => name))
}
