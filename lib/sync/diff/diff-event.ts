import type { CollectionSize } from '../../replica/index.js'
import type { DiffMethod } from './diff-options.js'

/** What happens during a comparison; `kind` tells which. Differences are data and come elsewhere. */
export type DiffEvent =
  | DiffStarted
  | DiffCollectionStarted
  | DiffProgress
  | DiffCollectionCompared
  | DiffNotice
  | DiffFinished

/** Which side has a collection. */
export type DiffPresence = 'both' | 'onlyInA' | 'onlyInB'

/** Both inventories were read. */
export interface DiffStarted {
  readonly kind: 'started'
  /** Addresses without credentials. */
  readonly a: string
  readonly b: string
  /** Collections that are going to be compared, in this order. */
  readonly collections: readonly { readonly name: string; readonly presence: DiffPresence }[]
}

/** A collection is about to be compared. */
export interface DiffCollectionStarted {
  readonly kind: 'collection-started'
  readonly collection: string
  /** 0-based place among the collections of this run. */
  readonly index: number
  /** Of both sides together; what one side cannot tell is unknown. */
  readonly size: CollectionSize
}

/** Something was read; figures are totals of the collection. */
export interface DiffProgress {
  readonly kind: 'progress'
  readonly collection: string
  /** What is being read: all of it for its tree or its contents, or only what differs. */
  readonly phase: 'trees' | 'revisions' | 'contents'
  readonly size: CollectionSize
  readonly totals: DiffTotals
}

/** A collection was compared, to its end or until the limit was reached. */
export interface DiffCollectionCompared extends DiffTotals {
  readonly kind: 'collection-compared'
  readonly collection: string
  readonly index: number
  readonly presence: DiffPresence
  /** Undefined for a collection that one side lacks: nothing was compared. */
  readonly by: DiffMethod | undefined
  /** True when no difference was found and all was looked at. */
  readonly isEqual: boolean
  /** False when the limit was reached: there may be more differences than the figures say. */
  readonly isComplete: boolean
}

/**
 * Something that a person should know: `warning` for what went differently than asked, `retry` for a
 * request that is made again, `hint` for what may be worth trying.
 */
export interface DiffNotice {
  readonly kind: 'warning' | 'retry' | 'hint'
  readonly message: string
}

/** The comparison has ended. */
export interface DiffFinished {
  readonly kind: 'finished'
  /** True when no difference was found and all was looked at. */
  readonly isEqual: boolean
  /** True when the limit ended it: there may be more differences, and collections not looked at. */
  readonly isLimited: boolean
  readonly collections: readonly DiffCollectionCompared[]
  /** Differences that were told; a collection that one side lacks is one. */
  readonly differences: number
  readonly totals: DiffTotals
}

/** What was found, and what was read to find it. */
export interface DiffTotals {
  /** Documents that B lacks; a collection that it lacks has none here. */
  readonly onlyInA: number
  /** Documents that A lacks. */
  readonly onlyInB: number
  /** Documents that both have, not the same. */
  readonly different: number
  readonly read: DiffReading
}

/** What was read to compare; of both sides together. */
export interface DiffReading {
  /** Ranges of revisions in which the trees differ. */
  readonly ranges: number
  /** Revisions that were listed inside them. */
  readonly revisionsListed: number
  /** Documents that were looked at. */
  readonly documentsRead: number
  /** Bytes of bodies that crossed the wire for trees, revisions and single documents. */
  readonly transferredBytes: number
  /**
   * Bytes of dumps that were read, for trees and contents, in the unit of `CollectionSize.bytes`.
   * What a server dumps for its tree is among `transferredBytes`, not here.
   */
  readonly dumpBytes: number
}

/** Nothing was read. */
export const NO_DIFF_READING: DiffReading = {
  ranges: 0,
  revisionsListed: 0,
  documentsRead: 0,
  transferredBytes: 0,
  dumpBytes: 0,
}

/** Figures of nothing. */
export const NO_DIFF_TOTALS: DiffTotals = {
  onlyInA: 0,
  onlyInB: 0,
  different: 0,
  read: NO_DIFF_READING,
}

/** Adds figures up. */
export function addDiffTotals(a: DiffTotals, b: DiffTotals): DiffTotals {
  return {
    onlyInA: a.onlyInA + b.onlyInA,
    onlyInB: a.onlyInB + b.onlyInB,
    different: a.different + b.different,
    read: {
      ranges: a.read.ranges + b.read.ranges,
      revisionsListed: a.read.revisionsListed + b.read.revisionsListed,
      documentsRead: a.read.documentsRead + b.read.documentsRead,
      transferredBytes: a.read.transferredBytes + b.read.transferredBytes,
      dumpBytes: a.read.dumpBytes + b.read.dumpBytes,
    },
  }
}
