import type {
  SnapshotCollection,
  TargetCollection,
  TargetCopy,
  TargetRepair,
} from '../replica/index.js'
import { findCounterpart } from './find-counterpart.js'

/** A collection of the source, and where it goes. */
export type OpenedCollection = {
  readonly collection: SnapshotCollection
} & (
  | { readonly kind: 'repair'; readonly into: TargetRepair }
  | { readonly kind: 'fill'; readonly into: TargetCollection; readonly reason: string | undefined }
)

/** A collection that has to be made: it is not there, or cannot be used. */
interface Unopened {
  readonly collection: SnapshotCollection
  readonly reason: string | undefined
}

/**
 * Opens what is there, and makes what is not. All that is there is opened first: what has another
 * name by now must not be in the way of a new collection of its old name.
 *
 * @param collections - of the source; the result has their order
 */
export async function openCollections(
  copy: TargetCopy,
  collections: readonly SnapshotCollection[],
  signal: AbortSignal | undefined,
): Promise<readonly OpenedCollection[]> {
  const present = await listCollections(copy, signal)
  const opened: (OpenedCollection | Unopened)[] = []
  for (const collection of collections) {
    signal?.throwIfAborted()
    const reason = reasonAgainst(collection, present)
    const into = reason === undefined ? await copy.openCollection(collection.definition) : undefined
    opened.push(into === undefined ? { collection, reason } : { collection, kind: 'repair', into })
  }
  return makeMissing(copy, opened, signal)
}

async function makeMissing(
  copy: TargetCopy,
  opened: readonly (OpenedCollection | Unopened)[],
  signal: AbortSignal | undefined,
): Promise<readonly OpenedCollection[]> {
  const complete: OpenedCollection[] = []
  for (const one of opened) {
    signal?.throwIfAborted()
    if ('kind' in one) {
      complete.push(one)
    } else {
      const into = await copy.replaceCollection(one.collection.definition)
      complete.push({ ...one, kind: 'fill', into })
    }
  }
  return complete
}

async function listCollections(
  copy: TargetCopy,
  signal: AbortSignal | undefined,
): Promise<readonly SnapshotCollection[]> {
  const snapshot = await copy.openSnapshot({ signal })
  try {
    return (await snapshot.inventory({ signal })).collections
  } finally {
    await snapshot.close()
  }
}

/**
 * Why a collection that is there is of no use: an `_id` begins with the name of the collection, and
 * documents keep their revisions when it changes, so trees would not tell that they are others.
 */
export function reasonAgainst(
  { definition }: SnapshotCollection,
  present: readonly SnapshotCollection[],
): string | undefined {
  const counterpart = findCounterpart(definition, present)
  if (counterpart === undefined || counterpart.size.documents === 0) return undefined
  const { name } = counterpart.definition
  return name === definition.name ? undefined : `it is named "${name}" at the target`
}
