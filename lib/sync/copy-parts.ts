import { ReplicationError } from '../core/index.js'
import type { OperationOptions, Snapshot, SnapshotCollection } from '../replica/index.js'
import type { ViewDefinition } from '../wire/index.js'

/** What of the chosen collections is copied, and over what. */
export interface CopyParts {
  /**
   * Only views of these names; an empty list copies none. Default: all, but none where collections
   * are chosen by name.
   */
  readonly views?: readonly string[] | undefined
  /** Default: true. False makes collections, indexes and views, and copies no documents. */
  readonly data?: boolean | undefined
  /**
   * Default: true. False puts documents into collections that the target has already, over those of
   * the same keys, and leaves definitions, indexes and views alone.
   */
  readonly definitions?: boolean | undefined
  /** Default: true. False refuses to begin where the target has one of the collections. */
  readonly overwrite?: boolean | undefined
}

/** A view was asked for by a name that the source does not have. */
export class UnknownViewError extends ReplicationError {
  readonly code = 'ERR_UNKNOWN_VIEW' as const
  readonly names: readonly string[]

  constructor(names: readonly string[], address: string) {
    super(`Cannot find view ${quoted(names)} in ${address}: it has none of that name`)
    this.names = names
  }
}

/** The target has collections that a copy would have had to replace. */
export class CollectionsExistError extends ReplicationError {
  readonly code = 'ERR_COLLECTIONS_EXIST' as const
  readonly names: readonly string[]

  constructor(names: readonly string[], target: string) {
    const reason = 'there already, and not to be replaced'
    super(`Cannot copy collection ${quoted(names)} into ${target}: ${reason}`)
    this.names = names
  }
}

/** Documents were to go into a collection that the target does not have. */
export class CollectionMissingError extends ReplicationError {
  readonly code = 'ERR_COLLECTION_MISSING' as const
  readonly collection: string

  constructor(collection: string, target: string) {
    const reason = 'not there, and not to be made'
    super(`Cannot fill collection "${collection}" of ${target}: ${reason}`)
    this.collection = collection
  }
}

/**
 * Chooses views of an inventory, in its order.
 *
 * @param isRestricted - collections were chosen by name
 * @param address - the source, for the error
 * @throws UnknownViewError when a name in `views` does not exist
 */
export function selectViews(
  all: readonly ViewDefinition[],
  { views, definitions = true }: CopyParts,
  isRestricted: boolean,
  address: string,
): readonly ViewDefinition[] {
  const unknown = (views ?? []).filter((name) => !all.some((view) => view.name === name))
  if (unknown.length > 0) throw new UnknownViewError(unknown, address)
  if (!definitions) return []
  if (views === undefined) return isRestricted ? [] : all
  return all.filter(({ name }) => views.includes(name))
}

/** What a copy is going to put where. */
interface PlannedCollections {
  readonly collections: readonly SnapshotCollection[]
  /** Address of the target, for the error. */
  readonly target: string
}

/**
 * Looks whether a copy would replace something.
 *
 * @param open - opens a view of the target
 * @throws CollectionsExistError when the target has one of the collections
 */
export async function assertNoneThere(
  { collections, target }: PlannedCollections,
  open: (options: OperationOptions) => Promise<Snapshot>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const snapshot = await open({ signal })
  try {
    const there = (await snapshot.inventory({ signal })).collections.map((one) => one.definition)
    const names = collections.map(({ definition }) => definition.name)
    const taken = names.filter((name) => there.some((one) => one.name === name && !one.isDeleted))
    if (taken.length > 0) throw new CollectionsExistError(taken, target)
  } finally {
    await snapshot.close()
  }
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}
