import type { Tick } from '../values/index.js'
import {
  addResults,
  NOTHING_WRITTEN,
  type CollectionSize,
  type WriteResult,
} from '../replica/index.js'
import type { RepairTotals } from './repair-totals.js'
import type { TransformTotals } from './transform/transform-totals.js'

/** What happened during a synchronisation; `kind` tells which. */
export type SyncEvent =
  | SyncStarted
  | CollectionStarted
  | CollectionProgress
  | CollectionCompared
  | RepairProgress
  | CollectionFinished
  | SyncNotice
  | SyncFinished

/** The source was read and the target marked: from here on the target is unfinished. */
export interface SyncStarted {
  readonly kind: 'started'
  readonly source: string
  readonly target: string
  readonly tick: Tick | undefined
  readonly collections: readonly { readonly name: string; readonly size: CollectionSize }[]
  /** True where only what differs is going to be moved. */
  readonly isIncremental?: boolean | undefined
}

/** A collection is about to be filled, or compared. */
export interface CollectionStarted {
  readonly kind: 'collection-started'
  readonly collection: string
  /** 0-based place among the collections of this run. */
  readonly index: number
  readonly size: CollectionSize
}

/** One chunk of a collection is durable in the target; figures are totals of the collection. */
export interface CollectionProgress {
  readonly kind: 'progress'
  readonly collection: string
  readonly size: CollectionSize
  readonly totals: CollectionTotals
}

/** The revision trees of both sides were compared: before a repair, and again after it. */
export interface CollectionCompared {
  readonly kind: 'compared'
  readonly collection: string
  /** Ranges of revisions in which they differ; 0 when they are equal. */
  readonly ranges: number
  /** Documents that the tree of the source counts. */
  readonly sourceCount: number
  /** Documents that the tree of the target counts. */
  readonly targetCount: number
}

/** Revisions were compared, or documents removed or written; figures are totals of the collection. */
export interface RepairProgress {
  readonly kind: 'repair-progress'
  readonly collection: string
  readonly totals: RepairTotals
}

/**
 * How a collection came to be what it is at the source: `copied` as a whole, `equal` before and left
 * alone, `repaired` by moving what differed, `truncated` since the source has no documents.
 */
export type CollectionOutcome = 'copied' | 'equal' | 'repaired' | 'truncated'

/** Data and indexes of a collection are in the target. */
export interface CollectionFinished {
  readonly kind: 'collection-finished'
  readonly collection: string
  readonly index: number
  readonly totals: CollectionTotals
  readonly outcome: CollectionOutcome
  /** Only of an incremental run. */
  readonly repair?: RepairTotals | undefined
}

/** Something went differently than asked, without harm to the data. */
export interface SyncNotice {
  readonly kind: 'warning' | 'retry'
  readonly message: string
}

/** Everything is in the target, and the target is no longer marked. */
export interface SyncFinished {
  readonly kind: 'finished'
  readonly tick: Tick | undefined
  readonly collections: readonly FinishedCollection[]
  readonly views: number
  readonly totals: CollectionTotals
  /** Of all collections together; only of an incremental run. */
  readonly repair?: RepairTotals | undefined
  /** Only of a run with transforms. */
  readonly transformed?: TransformTotals | undefined
}

/** What became of one collection. */
export interface FinishedCollection extends Pick<
  CollectionFinished,
  'totals' | 'outcome' | 'repair'
> {
  readonly name: string
}

/** Figures of one collection, or of all. */
export interface CollectionTotals extends WriteResult {
  /** Bytes read from the source, in the unit of `CollectionSize.bytes`. */
  readonly readBytes: number
}

/** Figures of nothing. */
export const NO_TOTALS: CollectionTotals = { ...NOTHING_WRITTEN, readBytes: 0 }

/** Adds figures up. */
export function addTotals(a: CollectionTotals, b: CollectionTotals): CollectionTotals {
  return { ...addResults(a, b), readBytes: a.readBytes + b.readBytes }
}
