import type { Store, StoreDatabase } from '../../store/index.js'
import type { Syncs } from '../sync/syncs.js'
import type { ApplierFailure } from './applier-figures.js'
import type { ApplierRun } from './applier-run.js'

/** Something that whoever runs the server may want to know of a background follower. */
export interface ApplierEvent {
  readonly kind: 'started' | 'stopped' | 'failed'
  /** Undefined: it follows all databases. */
  readonly database: string | undefined
  /** As it was configured. */
  readonly endpoint: string
  /** Why it failed. */
  readonly failure?: ApplierFailure | undefined
  /** What it failed with. */
  readonly error?: unknown
}

/** What an {@link Applier} is made of. */
export interface ApplierParts {
  readonly store: Store
  /** Where the data goes; undefined for all databases. */
  readonly database: StoreDatabase | undefined
  readonly syncs: Pick<Syncs, 'maySyncFrom'>
  /** Of ArangoDB, as this server says it is. */
  readonly version: string
  /** Follows; ends when its signal is aborted. */
  readonly run: (run: ApplierRun) => Promise<void>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Throws where it may not begin: others are at work. */
  readonly assertMayRun: () => void
  readonly onEvent: (event: ApplierEvent) => void
}
