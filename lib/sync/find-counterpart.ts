import type { SnapshotCollection } from '../replica/index.js'
import type { CollectionDefinition } from '../wire/index.js'

/**
 * Finds the collection of a target that a collection of a source is to become, or was copied to: the
 * one of the same globallyUniqueId; where either side has none, the one of the same name.
 */
export function findCounterpart(
  definition: CollectionDefinition,
  candidates: readonly SnapshotCollection[],
): SnapshotCollection | undefined {
  const { name, globallyUniqueId: guid } = definition
  const twin = candidates.find(
    (one) => guid !== undefined && one.definition.globallyUniqueId === guid,
  )
  if (twin !== undefined) return twin
  const namesake = candidates.find((one) => one.definition.name === name)
  const isOther = guid !== undefined && namesake?.definition.globallyUniqueId !== undefined
  return isOther ? undefined : namesake
}
