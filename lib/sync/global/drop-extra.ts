import type { GlobalTarget, Snapshot, SnapshotInventory, Source } from '../../replica/index.js'
import type { ExtraDropped } from './global-sync-event.js'

/** What only the target has in a database of both. */
export type ExtraDefinition = Pick<ExtraDropped, 'what' | 'name'>

/**
 * Finds collections and views of a database that its source does not have, views first, since they
 * are made of collections. System collections stay, as databases need them.
 *
 * @param theirs - the database at the source
 * @param ours - the same one at the target
 */
export async function findExtra(
  theirs: Pick<Source, 'openSnapshot'>,
  ours: Pick<Source, 'openSnapshot'>,
  signal: AbortSignal | undefined,
): Promise<readonly ExtraDefinition[]> {
  const wanted = await inventoryOf(theirs.openSnapshot({ signal }), signal)
  const there = await inventoryOf(ours.openSnapshot({ signal }), signal)
  const collections = new Set(wanted.collections.map(({ definition }) => definition.name))
  const views = new Set(wanted.views.map(({ name }) => name))
  return [
    ...there.views
      .filter(({ name }) => !views.has(name))
      .map(({ name }): ExtraDefinition => ({ what: 'view', name })),
    ...there.collections
      .filter(({ definition: { name, isSystem } }) => !isSystem && !collections.has(name))
      .map(({ definition: { name } }): ExtraDefinition => ({ what: 'collection', name })),
  ]
}

/**
 * Drops what {@link findExtra} finds.
 *
 * @param source - of the snapshot that was copied
 * @param onDropped - sees each one that is gone
 */
export async function dropExtra(
  source: Source,
  target: GlobalTarget,
  onDropped: (dropped: ExtraDropped) => void,
  signal: AbortSignal,
): Promise<void> {
  const { database = '' } = source
  for (const { what, name } of await findExtra(source, target.target(database), signal)) {
    signal.throwIfAborted()
    if (what === 'view') await target.dropView(database, name)
    else await target.dropCollection(database, name)
    onDropped({ kind: 'dropped', database, what, name })
  }
}

async function inventoryOf(
  opening: Promise<Snapshot>,
  signal: AbortSignal | undefined,
): Promise<SnapshotInventory> {
  const snapshot = await opening
  try {
    return await snapshot.inventory({ signal })
  } finally {
    await snapshot.close()
  }
}
