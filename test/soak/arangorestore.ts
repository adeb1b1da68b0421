import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assertRestored } from '../server/support/arangorestore.js'
import { startTestLeader } from '../server/support/test-leader.js'
import { sharedUrl } from '../support/shared.js'

/**
 * Restores every dump of the reference data as arangorestore does, into leaders of both forms, and
 * compares what is there then.
 *
 * @returns how many times that was done
 */
export async function soakArangorestore(): Promise<number> {
  const root = fileURLToPath(sharedUrl('datasets'))
  if (!existsSync(root)) throw new Error('Cannot restore dumps: there is no reference data')
  const sets = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  let count = 0
  for (const compat of ['documented', 'arangodb'] as const) {
    const leader = await startTestLeader({ compat })
    for (const { name } of sets) {
      await assertRestored(leader, join(root, name))
      count += 1
    }
    await leader.close()
  }
  return count
}
