import type { TransformCounts } from '../../streams/index.js'

/** What transforms made of a copy. */
export interface TransformTotals extends TransformCounts {
  /** Collections that have another name at the target than at the source. */
  readonly renamed: readonly CollectionRename[]
  /** Names of the collections of the source that were left out. */
  readonly leftOut: readonly string[]
  /** Names of the collections that were made for documents that were sent there. */
  readonly made: readonly string[]
}

/** A collection whose name a transform changed. */
export interface CollectionRename {
  readonly from: string
  readonly to: string
}

/** What was counted since an earlier look at the same runner. */
export function countsSince(now: TransformCounts, before: TransformCounts): TransformCounts {
  return {
    documents: now.documents - before.documents,
    unchanged: now.unchanged - before.unchanged,
    changed: now.changed - before.changed,
    dropped: now.dropped - before.dropped,
    added: now.added - before.added,
    routed: now.routed - before.routed,
    failed: now.failed - before.failed,
    harmed: now.harmed - before.harmed,
  }
}
