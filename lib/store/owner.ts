import { currentOwner, isAlive, type ProcessOwner } from '../core/index.js'
import type { MetaTable } from './layout.js'
import { META, putRow, readRow } from './meta-rows.js'

/**
 * Takes the store for this process; call it inside a write transaction, which no two processes can
 * be in at one time.
 *
 * @returns undefined when done, else the owner that lives
 */
export function takeOwnership(meta: MetaTable): ProcessOwner | undefined {
  const owner = readRow(meta, META.owner) as ProcessOwner | undefined
  if (owner !== undefined && isAlive(owner)) return owner
  putRow(meta, META.owner, currentOwner())
  return undefined
}

/** Gives the store back; inside a write transaction. */
export function releaseOwnership(meta: MetaTable): void {
  meta.removeSync(META.owner)
}
