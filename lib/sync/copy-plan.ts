import type { Snapshot, SnapshotCollection, Target, TargetCopy } from '../replica/index.js'
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
    earlyViews: views.filter(({ type }) => type !== LATE_VIEW_TYPE),
    lateViews: views.filter(({ type }) => type === LATE_VIEW_TYPE),
  }
}

/** Marks the target and says where the copy comes from. */
export function beginCopy({ source, snapshot }: CopyPlan, target: Target): Promise<TargetCopy> {
  return target.beginCopy({ address: source, serverId: snapshot.serverId, tick: snapshot.tick })
}
