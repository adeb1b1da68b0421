import type { GlobalSnapshot, GlobalTarget, Source, Target } from '../../replica/index.js'
import type { CopyParts } from '../copy-parts.js'
import { FollowReplicaError } from '../follow/follow-replica-error.js'
import { positionOfAll } from '../follow/position-of-snapshot.js'
import type { CollectionSelection } from '../select-collections.js'
import type { SyncOptions } from '../sync.js'
import type { GlobalSyncStarted, PlannedDatabase } from './global-sync-event.js'

/** How {@link syncAllDatabases} makes a target equal to a source. */
export interface SyncAllOptions extends Pick<
  SyncOptions,
  | 'incremental'
  | 'signal'
  | 'maxInFlightBytes'
  | 'workers'
  | 'collectionsAtOnce'
  | keyof CollectionSelection
  | keyof CopyParts
  | 'transform'
> {
  /** Bring `_system` up last, as arangorestore does: it says who may log in. Default: false, first. */
  readonly systemLast?: boolean | undefined
  /**
   * Drop what only the target has: databases, and collections and views of the others, but for
   * system collections. Default: false, it stays.
   */
  readonly deleteExtra?: boolean | undefined
  /**
   * The target is going to follow the log of all databases: from where that goes on is saved once all
   * are complete. Default: false.
   */
  readonly isFollowed?: boolean | undefined
}

/** Both ends of a run, and what is to be done with each database. */
export interface GlobalPlan {
  readonly source: string
  readonly address: string
  readonly snapshot: GlobalSnapshot
  readonly target: GlobalTarget
  readonly databases: readonly PlannedDatabase[]
  readonly extra: readonly string[]
  /** Databases that are complete already; those of an earlier run to begin with. */
  readonly complete: Set<string>
  /** Saves from where the log of all goes on; undefined where nobody is going to follow it. */
  readonly savePosition: (() => Promise<void>) | undefined
}

/**
 * Decides how each database is brought up. What an earlier run has completed is not copied once more:
 * what differs since is moved, which ends the same; but with transforms nothing can be compared.
 *
 * @throws RangeError for options that transforms do not go with
 */
export async function planGlobalSync(
  source: Source,
  target: Target,
  snapshot: GlobalSnapshot,
  options: SyncAllOptions,
): Promise<GlobalPlan> {
  const { incremental = false, deleteExtra, systemLast = false, transform } = options
  if (transform !== undefined && (incremental || deleteExtra === true)) {
    throw new RangeError(
      'Cannot copy with transforms: the target cannot be compared with the source',
    )
  }
  const savePosition = await savingPosition(source, target, snapshot, options)
  const all = await openGlobalTarget(target)
  const there = await all.databases()
  const earlier = await all.unfinishedCopy()
  const isSame = earlier !== undefined && earlier.serverId === snapshot.serverId
  const complete = new Set(isSame ? earlier.complete : [])
  const names = systemLast ? toSystemLast(snapshot.databases) : snapshot.databases
  const databases = names.map((database) => {
    const isNew = !there.includes(database)
    const wasComplete = !isNew && complete.has(database)
    const isIncremental = incremental || (wasComplete && transform === undefined)
    return { database, isNew, isIncremental }
  })
  return {
    source: source.address,
    address: target.address,
    snapshot,
    target: all,
    databases,
    extra: there.filter((name) => !snapshot.databases.includes(name)),
    complete,
    savePosition,
  }
}

/** Found before the target is touched: what cannot be followed is not copied either. */
async function savingPosition(
  { address }: Source,
  target: Target,
  snapshot: GlobalSnapshot,
  { isFollowed = false, ...selection }: SyncAllOptions,
): Promise<GlobalPlan['savePosition']> {
  if (!isFollowed) return undefined
  const position = positionOfAll(snapshot, address, selection)
  const followed = await target.openFollow?.({ isGlobal: true })
  if (followed === undefined) {
    const reason = `${target.address} cannot keep how far it has come; a store can`
    throw new FollowReplicaError('ERR_FOLLOW_TARGET', address, reason)
  }
  return async () => {
    await followed.apply([], position)
  }
}

function toSystemLast(databases: readonly string[]): readonly string[] {
  return databases.toSorted((a, b) => Number(a === '_system') - Number(b === '_system'))
}

/** The event that begins the run. */
export function globalStarted(plan: GlobalPlan): GlobalSyncStarted {
  const { source, address, snapshot, databases, extra } = plan
  const { tick } = snapshot
  return { kind: 'databases-started', source, target: address, tick, databases, extra }
}

/** Keeps in the target which databases are complete, for a run after one that ended early. */
export async function noteComplete({ target, snapshot, complete }: GlobalPlan): Promise<void> {
  const { serverId } = snapshot
  if (serverId !== undefined) await target.noteCopy({ serverId, complete: [...complete] })
}

function openGlobalTarget(target: Target): Promise<GlobalTarget> {
  if (target.openGlobal !== undefined) return target.openGlobal()
  throw new RangeError(`Cannot write all databases of ${target.address}: it takes one alone`)
}

/**
 * Takes a view of all databases of a source.
 *
 * @throws RangeError where a source has one alone
 */
export async function openGlobalSnapshot(
  source: Source,
  signal: AbortSignal | undefined,
): Promise<GlobalSnapshot> {
  if (source.openGlobalSnapshot !== undefined) return source.openGlobalSnapshot({ signal })
  throw new RangeError(`Cannot read all databases of ${source.address}: it has one alone`)
}
