import type { Store, StoreDatabase } from '../../store/index.js'
import type { FollowingOptions } from '../../sync/index.js'
import type { Tick } from '../../values/index.js'
import type { Syncs } from '../sync/syncs.js'
import type { ApplierConfig } from './applier-config.js'
import type { ApplierFigures } from './applier-figures.js'

/**
 * Where a run begins: behind what was applied last (from the beginning of the leader's log where nothing
 * was), behind a tick, or with a synchronisation.
 */
export type ApplierBegin =
  | { readonly kind: 'saved' }
  | { readonly kind: 'tick'; readonly tick: Tick }
  | {
      readonly kind: 'sync'
      /**
       * Nobody waits for it: a leader that does not answer is waited for, as while its log is followed.
       * Default: false, the first failure ends the run.
       */
      readonly isPatient?: boolean | undefined
    }

/** What one run of a background follower needs. */
export interface ApplierRun {
  readonly config: ApplierConfig
  readonly store: Store
  /** Where the data goes; undefined for all databases. */
  readonly database: StoreDatabase | undefined
  readonly begin: ApplierBegin
  /** Written while it runs. */
  readonly figures: ApplierFigures
  readonly syncs: Pick<Syncs, 'maySyncFrom'> & Partial<Pick<Syncs, 'retryDelayMs'>>
  /** Called once the synchronisation that it began with is over. */
  readonly onSynchronised?: (() => void) | undefined
  /** Tells time. Default: that of the process. */
  readonly scheduler?: FollowingOptions['scheduler']
  /** Ends it, cleanly: everything that was applied is durable. */
  readonly signal: AbortSignal
}
