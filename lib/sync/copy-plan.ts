import type {
  CopyOrigin,
  Snapshot,
  SnapshotCollection,
  Target,
  TargetCopy,
  WriteResult,
} from '../replica/index.js'
import type { JsonObject, ViewDefinition } from '../wire/index.js'
import { selectViews, type CopyParts } from './copy-parts.js'
import { selectCollections, type CollectionSelection } from './select-collections.js'
import type { TransformTotals } from './transform/transform-totals.js'

const ANALYZERS = '_analyzers'
const USERS = '_users'
const LATE_VIEW_TYPE = 'search-alias'

/** What a copy is going to do, read from the source before the target is touched. */
export interface CopyPlan {
  readonly snapshot: Snapshot
  readonly source: string
  readonly target: string
  /**
   * `_analyzers` first, since others may need it, and `_users` last; else in the order of the
   * inventory.
   */
  readonly collections: readonly SnapshotCollection[]
  /** Names of the collections, where not all that there are were to be copied. */
  readonly restrictedTo: readonly string[] | undefined
  /** Views that are made before the data. */
  readonly earlyViews: readonly ViewDefinition[]
  /** Views over indexes, made at the end (client notes, 1.2). */
  readonly lateViews: readonly ViewDefinition[]
  /** Attributes of the source's database, where known. */
  readonly properties: JsonObject | undefined
  /** What could not be planned as asked, without harm to the data. */
  readonly warnings?: readonly string[] | undefined
  /** Transforms that take part; collections and views are those of the target then. */
  readonly transforms?: PlannedTransforming | undefined
}

/** Transforms at work in one copy. */
interface PlannedTransforming {
  /** The copy as the run is to use it, so that documents can be sent to any of its collections. */
  watch(copy: TargetCopy): TargetCopy
  readonly totals: TransformTotals
  /** Warnings of documents that are not at the target, since others have their keys. */
  lostKeys(copy: TargetCopy, signal: AbortSignal | undefined): Promise<readonly string[]>
  /** What was written of documents that were sent to another collection. */
  readonly routed: WriteResult
}

/**
 * Reads the inventory and decides what to copy. Views are left out when collections were chosen by
 * name, as the original does (client notes, 1.5).
 *
 * @param source - address of the source
 * @param target - address of the target
 * @throws UnknownCollectionError, UnknownViewError when what was chosen by name does not exist
 */
export async function planCopy(
  snapshot: Snapshot,
  source: string,
  target: string,
  selection: CollectionSelection & CopyParts & { readonly signal?: AbortSignal | undefined },
): Promise<CopyPlan> {
  const inventory = await snapshot.inventory({ signal: selection.signal })
  const chosen = selectCollections(inventory.collections, selection, source)
  const isRestricted = selection.collections !== undefined || selection.exclude !== undefined
  const views = selectViews(inventory.views, selection, isRestricted, source)
  return {
    snapshot,
    source,
    target,
    collections: [...chosen].sort((a, b) => phaseOf(a) - phaseOf(b)),
    restrictedTo: isRestricted ? chosen.map(({ definition }) => definition.name) : undefined,
    earlyViews: views.filter(({ type }) => type !== LATE_VIEW_TYPE),
    lateViews: views.filter(({ type }) => type === LATE_VIEW_TYPE),
    properties: inventory.properties,
  }
}

/** Tells a collection that others, and views, may need. */
export function isFilledFirst(name: string): boolean {
  return name === ANALYZERS
}

/** Tells the collection that says who may log in. */
export function isFilledLast(name: string): boolean {
  return name === USERS
}

function phaseOf({ definition: { name } }: SnapshotCollection): number {
  return Number(isFilledLast(name)) - Number(isFilledFirst(name))
}

/** A copy that has begun. */
export interface BegunCopy {
  readonly copy: TargetCopy
  /** An earlier copy that this one does not complete: the target stays marked with it. */
  readonly earlier: CopyOrigin | undefined
}

/**
 * Marks the target and says where the copy comes from. The mark of an earlier copy stays where that
 * had more to do than this one, with the collections of both.
 *
 * @param name - of the source's database, where known
 */
export async function beginCopy(
  plan: CopyPlan,
  target: Target,
  name: string | undefined,
): Promise<BegunCopy> {
  const { source: address, snapshot, restrictedTo, properties } = plan
  const before = await target.unfinishedCopy()
  if (before === undefined || restrictedTo === undefined || completes(restrictedTo, before)) {
    const { serverId, tick } = snapshot
    const only = restrictedTo === undefined ? {} : { collections: restrictedTo }
    const of = name === undefined ? {} : { database: { name, properties } }
    return {
      copy: await target.beginCopy({ address, serverId, tick, ...only, ...of }),
      earlier: undefined,
    }
  }
  const { collections } = before
  const both =
    collections === undefined
      ? before
      : { ...before, collections: [...new Set([...collections, ...restrictedTo])] }
  return { copy: await target.beginCopy(both), earlier: before }
}

function completes(names: readonly string[], { collections }: CopyOrigin): boolean {
  return collections?.every((name) => names.includes(name)) === true
}
