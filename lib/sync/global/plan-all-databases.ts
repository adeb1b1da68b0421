import type { GlobalSnapshot, Source } from '../../replica/index.js'
import { runPlanIncremental, type PlannedCollection } from '../plan-incremental.js'
import { findExtra, mayDrop, type ExtraDefinition } from './drop-extra.js'
import { openGlobalSnapshot, type SyncAllOptions } from './global-plan.js'

/** What an incremental run over all databases would do with one of them. */
export interface DatabasePlan {
  readonly database: string
  /** The target has none of that name. */
  readonly isNew: boolean
  readonly collections: readonly PlannedCollection[]
  /** Collections and views that `deleteExtra` would drop; empty without it. */
  readonly extra: readonly ExtraDefinition[]
  /** Those that stay all the same, since the source may have them without showing them. */
  readonly hidden: readonly ExtraDefinition[]
}

/** What an incremental run over all databases would do. */
export interface GlobalSyncPlan {
  readonly databases: readonly DatabasePlan[]
  /** Databases that only the target has; with `deleteExtra` they would be dropped. */
  readonly extra: readonly string[]
  /** Those that stay all the same, since the source may have them without showing them. */
  readonly hidden: readonly string[]
}

/**
 * Tells what `syncAllDatabases` with `incremental: true` would do, and does nothing: the target is
 * only read.
 *
 * @param source - its database `_system`
 * @param target - its database `_system`, as it can be read; undefined when there is none yet
 * @param onPlanned - sees each database as soon as it is planned
 * @throws what the reading of either end fails with
 */
export async function planAllDatabases(
  source: Source,
  target: Source | undefined,
  options: SyncAllOptions = {},
  onPlanned: (planned: DatabasePlan) => void = () => undefined,
): Promise<GlobalSyncPlan> {
  const { signal } = options
  const theirs = await openGlobalSnapshot(source, signal)
  try {
    const ours = target === undefined ? undefined : await openGlobalSnapshot(target, signal)
    try {
      const databases: DatabasePlan[] = []
      for (const database of theirs.databases) {
        const planned = await planDatabase(database, theirs, ours, options)
        databases.push(planned)
        onPlanned(planned)
      }
      return { databases, ...(await planExtraDatabases(theirs, ours, options)) }
    } finally {
      await ours?.close()
    }
  } finally {
    await theirs.close()
  }
}

async function planDatabase(
  database: string,
  theirs: GlobalSnapshot,
  ours: GlobalSnapshot | undefined,
  options: SyncAllOptions,
): Promise<DatabasePlan> {
  const { includeSystem, signal, workers, deleteExtra = false } = options
  const source = theirs.source(database)
  const target = ours?.databases.includes(database) === true ? ours.source(database) : undefined
  const isNew = target === undefined
  try {
    const collections = await runPlanIncremental(source, target, { includeSystem, signal, workers })
    const found = deleteExtra && !isNew ? await findExtra(source, target, signal) : []
    const { extra, hidden } = await splitExtra(found, (one) =>
      mayDrop({ database, ...one }, theirs, signal),
    )
    return { database, isNew, collections, extra, hidden }
  } finally {
    await source.close()
    await target?.close()
  }
}

/** Without `deleteExtra` all of them stay, and nobody is asked. */
async function planExtraDatabases(
  theirs: GlobalSnapshot,
  ours: GlobalSnapshot | undefined,
  { deleteExtra = false, signal }: SyncAllOptions,
): Promise<Pick<GlobalSyncPlan, 'extra' | 'hidden'>> {
  const found = (ours?.databases ?? []).filter((name) => !theirs.databases.includes(name))
  if (!deleteExtra) return { extra: found, hidden: [] }
  return splitExtra(found, (name) =>
    mayDrop({ database: name, what: 'database', name }, theirs, signal),
  )
}

/** What would be dropped, and what would stay after the source was asked. */
async function splitExtra<Thing>(
  found: readonly Thing[],
  mayGo: (thing: Thing) => Promise<boolean>,
): Promise<{ readonly extra: readonly Thing[]; readonly hidden: readonly Thing[] }> {
  const extra: Thing[] = []
  const hidden: Thing[] = []
  for (const thing of found) ((await mayGo(thing)) ? extra : hidden).push(thing)
  return { extra, hidden }
}
