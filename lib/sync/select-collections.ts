import { isReplicated } from '../wire/index.js'
import type { SnapshotCollection } from '../replica/index.js'
import { UnknownCollectionError } from './unknown-collection-error.js'

const NAMES_SHOWN_MAX = 20

/** Which collections of a replica take part. */
export interface CollectionSelection {
  /** Only these names; default: all. A system collection named here takes part. */
  readonly collections?: readonly string[] | undefined
  /** Not these names. */
  readonly exclude?: readonly string[] | undefined
  /** Also collections whose name begins with `_`; default false. */
  readonly includeSystem?: boolean | undefined
}

/**
 * Chooses collections of an inventory, in its order; those marked deleted never take part.
 *
 * @param address - the replica, for the error
 * @throws {@link UnknownCollectionError} when a name in `collections` or `exclude` does not exist
 */
export function selectCollections(
  all: readonly SnapshotCollection[],
  { collections, exclude = [], includeSystem = false }: CollectionSelection,
  address: string,
): readonly SnapshotCollection[] {
  const present = all.filter(({ definition }) => !definition.isDeleted)
  const names = new Set(present.map(({ definition }) => definition.name))
  const unknown = [...(collections ?? []), ...exclude].filter((name) => !names.has(name))
  if (unknown.length > 0) {
    throw new UnknownCollectionError(unknown, address, [...names].slice(0, NAMES_SHOWN_MAX))
  }
  const isWanted = (name: string): boolean =>
    collections === undefined ? isReplicated(name, { includeSystem }) : collections.includes(name)
  return present.filter(
    ({ definition }) => isWanted(definition.name) && !exclude.includes(definition.name),
  )
}
