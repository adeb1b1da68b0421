import type {
  GlobalSnapshot,
  GlobalTarget,
  ReplicaThing,
  Snapshot,
  SnapshotInventory,
  Source,
} from '../../replica/index.js'
import type { SyncNotice } from '../sync-event.js'
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

/** How extra things are dropped. */
export interface DropOptions {
  readonly snapshot: Pick<GlobalSnapshot, 'lacks'>
  readonly target: GlobalTarget
  /** Sees each thing that is gone, and is told of each that has to stay. */
  readonly emit: (event: ExtraDropped | SyncNotice) => void
  readonly signal: AbortSignal
}

/**
 * Drops what {@link findExtra} finds.
 *
 * @param source - of the snapshot that was copied
 */
export async function dropExtra(source: Source, options: DropOptions): Promise<void> {
  const { target, signal } = options
  const { database = '' } = source
  for (const extra of await findExtra(source, target.target(database), signal)) {
    await dropThing({ database, ...extra }, options)
  }
}

/**
 * Asks the source whether it lacks what it did not show: sources leave out what they may not show, so
 * that alone is not enough to drop it.
 */
export async function mayDrop(
  thing: ReplicaThing,
  snapshot: Pick<GlobalSnapshot, 'lacks'>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return (await snapshot.lacks?.(thing, { signal })) !== false
}

/**
 * Drops one thing that only the target has, once the source was asked.
 *
 * @returns false when it stays
 */
export async function dropThing(
  thing: ReplicaThing,
  { snapshot, target, emit, signal }: DropOptions,
): Promise<boolean> {
  const { database, what, name } = thing
  signal.throwIfAborted()
  if (!(await mayDrop(thing, snapshot, signal))) {
    const place = what === 'database' ? '' : ` of database "${database}"`
    const reason = 'the source may have it without showing it'
    emit({ kind: 'warning', message: `${what} "${name}"${place} is not dropped: ${reason}` })
    return false
  }
  if (what === 'view') await target.dropView(database, name)
  else if (what === 'collection') await target.dropCollection(database, name)
  else await target.dropDatabase(database)
  emit({ kind: 'dropped', database, what, name })
  return true
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
