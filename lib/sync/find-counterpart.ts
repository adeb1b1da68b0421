import type { SnapshotCollection } from '../replica/index.js'
import type { CollectionDefinition } from '../wire/index.js'

/**
 * Finds the collection of a target that one of a source was copied to, as `openCollection` does: the
 * one of the same globallyUniqueId, or of the same name where either side tells no such id. Those of
 * system collections are local, so they go by their names.
 */
export function findCounterpart(
  { name, globallyUniqueId = '', isSystem }: CollectionDefinition,
  candidates: readonly SnapshotCollection[],
): SnapshotCollection | undefined {
  return candidates.find(({ definition }) =>
    isSystem || globallyUniqueId === '' || definition.globallyUniqueId === undefined
      ? definition.name === name
      : !definition.isSystem && definition.globallyUniqueId === globallyUniqueId,
  )
}
