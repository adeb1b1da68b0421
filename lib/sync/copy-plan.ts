import type {
  CopyOrigin,
  Snapshot,
  SnapshotCollection,
  Target,
  TargetCopy,
} from '../replica/index.js'
import type { ViewDefinition } from '../wire/index.js'
import { selectCollections, type CollectionSelection } from './select-collections.js'

const ANALYZERS = '_analyzers'
const LATE_VIEW_TYPE = 'search-alias'

/** What a copy is going to do, read from the source before the target is touched. */
export interface CopyPlan {
  readonly snapshot: Snapshot
  readonly source: string
  readonly target: string
  /** `_analyzers` first, since others may need it; else in the order of the inventory. */
  readonly collections: readonly SnapshotCollection[]
  /** Names of the collections, where not all that there are were to be copied. */
  readonly restrictedTo: readonly string[] | undefined
  /** Views that are made before the data. */
  readonly earlyViews: readonly ViewDefinition[]
  /** Views over indexes, made at the end (client notes, 1.2). */
  readonly lateViews: readonly ViewDefinition[]
}

/**
 * Reads the inventory and decides what to copy. Views are left out when collections were chosen by
 * name, as the original does (client notes, 1.5).
 *
 * @param source - address of the source
 * @param target - address of the target
 * @throws UnknownCollectionError when a chosen collection does not exist
 */
export async function planCopy(
  snapshot: Snapshot,
  source: string,
  target: string,
  selection: CollectionSelection & { readonly signal?: AbortSignal | undefined },
): Promise<CopyPlan> {
  const inventory = await snapshot.inventory({ signal: selection.signal })
  const chosen = selectCollections(inventory.collections, selection, source)
  const isAnalyzers = ({ definition }: SnapshotCollection): boolean => definition.name === ANALYZERS
  const isRestricted = selection.collections !== undefined || selection.exclude !== undefined
  const views = isRestricted ? [] : inventory.views
  return {
    snapshot,
    source,
    target,
    collections: [...chosen.filter(isAnalyzers), ...chosen.filter((one) => !isAnalyzers(one))],
    restrictedTo: isRestricted ? chosen.map(({ definition }) => definition.name) : undefined,
    earlyViews: views.filter(({ type }) => type !== LATE_VIEW_TYPE),
    lateViews: views.filter(({ type }) => type === LATE_VIEW_TYPE),
  }
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
 */
export async function beginCopy(plan: CopyPlan, target: Target): Promise<BegunCopy> {
  const { source: address, snapshot, restrictedTo } = plan
  const before = await target.unfinishedCopy()
  if (before === undefined || restrictedTo === undefined || completes(restrictedTo, before)) {
    const { serverId, tick } = snapshot
    const only = restrictedTo === undefined ? {} : { collections: restrictedTo }
    return {
      copy: await target.beginCopy({ address, serverId, tick, ...only }),
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
