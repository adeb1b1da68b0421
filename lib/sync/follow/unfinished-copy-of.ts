import type { CopyOrigin, Target } from '../../replica/index.js'

/**
 * Finds a copy that has begun and not ended: the data is of no position in any log then.
 *
 * @param isGlobal - looks in all databases of the replica
 */
export async function unfinishedCopyOf(
  target: Pick<Target, 'unfinishedCopy' | 'openGlobal'>,
  isGlobal: boolean,
): Promise<Pick<CopyOrigin, 'serverId'> | undefined> {
  if (!isGlobal || target.openGlobal === undefined) return target.unfinishedCopy()
  const all = await target.openGlobal()
  const copy = await all.unfinishedCopy()
  if (copy !== undefined) return copy
  for (const database of await all.databases()) {
    const origin = await all.target(database).unfinishedCopy()
    if (origin !== undefined) return origin
  }
  return undefined
}
