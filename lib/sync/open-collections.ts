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
  | {
      readonly kind: 'repair'
      readonly into: TargetRepair
      /** The name that it had at the target, if another one. */
      readonly oldName: string | undefined
    }
  | { readonly kind: 'fill'; readonly into: TargetCollection; readonly reason: string | undefined }
)

/** A collection of the source, and what the target calls it before the run, if it has it. */
interface Wanted {
  readonly collection: SnapshotCollection
  readonly there: SnapshotCollection | undefined
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
  const wanted = collections.map((collection) => {
    return { collection, there: findCounterpart(collection.definition, present) }
  })
  const opened = await openPresent(copy, wanted, signal)
  const complete: OpenedCollection[] = []
  for (const one of wanted) {
    signal?.throwIfAborted()
    complete.push(opened.get(one) ?? (await make(copy, one)))
  }
  return complete
}

/** Names are freed by renaming others, so what could not be opened is tried again. */
async function openPresent(
  copy: TargetCopy,
  wanted: readonly Wanted[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Wanted, OpenedCollection>> {
  const opened = new Map<Wanted, OpenedCollection>()
  let left = wanted.filter(({ there }) => there !== undefined)
  let before: number
  do {
    before = opened.size
    for (const one of left) {
      signal?.throwIfAborted()
      const into = await copy.openCollection(one.collection.definition)
      if (into !== undefined)
        opened.set(one, { ...one, kind: 'repair', into, oldName: oldNameOf(one) })
    }
    left = left.filter((one) => !opened.has(one) && oldNameOf(one) !== undefined)
  } while (left.length > 0 && opened.size > before)
  return opened
}

async function make(copy: TargetCopy, wanted: Wanted): Promise<OpenedCollection> {
  const { collection, there } = wanted
  const oldName = oldNameOf(wanted)
  const isLost = oldName !== undefined && there?.size.documents !== 0
  const reason = isLost ? `it is named "${oldName}" at the target` : undefined
  const into = await copy.replaceCollection(collection.definition)
  return { collection, kind: 'fill', into, reason }
}

/** The name at the target, if it is another one. */
function oldNameOf({ collection, there }: Wanted): string | undefined {
  const name = there?.definition.name
  return name === collection.definition.name ? undefined : name
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
