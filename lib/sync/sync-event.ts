import type { Tick } from '../values/index.js'
import {
  addResults,
  NOTHING_WRITTEN,
  type CollectionSize,
  type WriteResult,
} from '../replica/index.js'

/** What happened during a synchronisation; `kind` tells which. */
export type SyncEvent =
  | SyncStarted
  | CollectionStarted
  | CollectionProgress
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
}

/** A collection is about to be filled. */
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

/** Data and indexes of a collection are in the target. */
export interface CollectionFinished {
  readonly kind: 'collection-finished'
  readonly collection: string
  readonly index: number
  readonly totals: CollectionTotals
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
  readonly collections: readonly { readonly name: string; readonly totals: CollectionTotals }[]
  readonly views: number
  readonly totals: CollectionTotals
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
