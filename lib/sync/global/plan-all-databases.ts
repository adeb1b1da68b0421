import type { GlobalSnapshot, Source } from '../../replica/index.js'
import { runPlanIncremental, type PlannedCollection } from '../plan-incremental.js'
import { findExtra, type ExtraDefinition } from './drop-extra.js'
import { openGlobalSnapshot, type SyncAllOptions } from './global-plan.js'

/** What an incremental run over all databases would do with one of them. */
export interface DatabasePlan {
  readonly database: string
  /** The target has none of that name. */
  readonly isNew: boolean
  readonly collections: readonly PlannedCollection[]
  /** Collections and views that `deleteExtra` would drop; empty without it. */
  readonly extra: readonly ExtraDefinition[]
}

/** What an incremental run over all databases would do. */
export interface GlobalSyncPlan {
  readonly databases: readonly DatabasePlan[]
  /** Databases that only the target has. */
  readonly extra: readonly string[]
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
      const there = ours?.databases ?? []
      return { databases, extra: there.filter((name) => !theirs.databases.includes(name)) }
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
    const extra = deleteExtra && !isNew ? await findExtra(source, target, signal) : []
    return { database, isNew, collections, extra }
  } finally {
    await source.close()
    await target?.close()
  }
}
