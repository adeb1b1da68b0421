import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assertRoundTrip, WRITTEN_FORMS } from '../directory/support/round-trip.js'
import { sharedUrl } from '../support/shared.js'

/**
 * Reads every dump of the reference data, writes it in every form, and compares what is read of that.
 *
 * @param directory - for the dumps that are written
 * @returns how many there were
 */
export async function soakDirectories(directory: string): Promise<number> {
  const root = fileURLToPath(sharedUrl('datasets'))
  if (!existsSync(root)) throw new Error('Cannot write dumps again: there is no reference data')
  const path = join(directory, 'dump')
  let count = 0
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    for (const form of WRITTEN_FORMS) {
      await assertRoundTrip(join(root, entry.name), path, form)
      await rm(path, { recursive: true })
      count += 1
    }
  }
  return count
}
