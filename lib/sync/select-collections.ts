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
  /** With system collections also `_jobs` and `_queues`; default false. */
  readonly includeFoxxQueues?: boolean | undefined
  /** Pass over names that do not exist; default false. */
  readonly skipsUnknown?: boolean | undefined
}

/**
 * Chooses collections of an inventory, in its order; those marked deleted never take part.
 *
 * @param address - the replica, for the error
 * @throws {@link UnknownCollectionError} when a name in `collections` or `exclude` does not exist
 */
export function selectCollections(
  all: readonly SnapshotCollection[],
  selection: CollectionSelection,
  address: string,
): readonly SnapshotCollection[] {
  const { collections, exclude = [], includeSystem = false, includeFoxxQueues } = selection
  const present = all.filter(({ definition }) => !definition.isDeleted)
  if (selection.skipsUnknown !== true) assertKnown(present, selection, address)
  const system = { includeSystem, includeFoxxQueues }
  const isWanted = (name: string): boolean =>
    collections === undefined ? isReplicated(name, system) : collections.includes(name)
  return present.filter(
    ({ definition }) => isWanted(definition.name) && !exclude.includes(definition.name),
  )
}

function assertKnown(
  present: readonly SnapshotCollection[],
  { collections = [], exclude = [] }: CollectionSelection,
  address: string,
): void {
  const names = new Set(present.map(({ definition }) => definition.name))
  const unknown = [...collections, ...exclude].filter((name) => !names.has(name))
  if (unknown.length === 0) return
  throw new UnknownCollectionError(unknown, address, [...names].slice(0, NAMES_SHOWN_MAX))
}
