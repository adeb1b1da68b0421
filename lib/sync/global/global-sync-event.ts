import type { ReplicaThing } from '../../replica/index.js'
import type { Tick } from '../../values/index.js'
import type { RepairTotals } from '../repair-totals.js'
import type { CollectionTotals, SyncEvent, SyncNotice } from '../sync-event.js'

/** What happened while all databases were synchronised; `kind` tells which. */
export type GlobalSyncEvent =
  | GlobalSyncStarted
  | DatabaseStarted
  | DatabaseSyncEvent
  | DatabaseFailed
  | ExtraDropped
  | SyncNotice
  | GlobalSyncFinished

/** What happened in one of the databases, as a synchronisation of that one alone tells it. */
export type DatabaseSyncEvent = SyncEvent & { readonly database: string }

/** It is known what there is to be done; nothing was changed so far. */
export interface GlobalSyncStarted {
  readonly kind: 'databases-started'
  /** Addresses without credentials. */
  readonly source: string
  readonly target: string
  /** The one moment of the source that all databases show. */
  readonly tick: Tick | undefined
  /** In the order in which they are gone through. */
  readonly databases: readonly PlannedDatabase[]
  /** Databases that only the target has. */
  readonly extra: readonly string[]
}

/** How one database is going to be brought up. */
export interface PlannedDatabase {
  readonly database: string
  /** The target has none of that name. */
  readonly isNew: boolean
  /**
   * Only what differs is moved: since that was asked for, or since an earlier run that copies all
   * has completed this one.
   */
  readonly isIncremental: boolean
}

/** A database is about to be read. */
export interface DatabaseStarted extends PlannedDatabase {
  readonly kind: 'database-started'
  /** 0-based place among the databases of this run. */
  readonly index: number
}

/** A database could not be brought up; the others are gone on with. */
export interface DatabaseFailed {
  readonly kind: 'database-failed'
  readonly database: string
  readonly index: number
  /** Code of the error, where it has one. */
  readonly code: string | undefined
  readonly message: string
}

/** What only the target had was dropped. */
export interface ExtraDropped extends ReplicaThing {
  readonly kind: 'dropped'
}

/** All databases of the source are in the target. */
export interface GlobalSyncFinished {
  readonly kind: 'databases-finished'
  readonly tick: Tick | undefined
  readonly databases: readonly FinishedDatabase[]
  /** Databases that only the target has, and that stayed. */
  readonly kept: readonly string[]
  /** What was dropped since only the target had it. */
  readonly dropped: readonly Omit<ExtraDropped, 'kind'>[]
  readonly totals: CollectionTotals
}

/** What became of one database. */
export interface FinishedDatabase extends PlannedDatabase {
  readonly collections: number
  readonly views: number
  readonly totals: CollectionTotals
  /** Only where what differed was moved. */
  readonly repair?: RepairTotals | undefined
}
