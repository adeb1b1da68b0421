import type { CollectionSelection } from '../../sync/index.js'
import type { SubsetFlags } from '../subset-flags.js'
import type { TransformFlags } from '../transform-flags.js'

/** Flags of `tidemark sync`. */
export interface SyncFlags extends CollectionSelection, TransformFlags, SubsetFlags {
  readonly json?: boolean | undefined
  /** Move only what differs. */
  readonly incremental?: boolean | undefined
  /** Only tell what an incremental run would do. */
  readonly dryRun?: boolean | undefined
  /** Make the database of a server that is the target, when it is missing. */
  readonly createDatabase?: boolean | undefined
  /** Every database of the source, not the one that its address names. */
  readonly allDatabases?: boolean | undefined
  /** Only with `allDatabases`: drop what only the target has. */
  readonly deleteExtra?: boolean | undefined
  /** Go on with the changes of the source. */
  readonly follow?: boolean | undefined
  /** Only with `follow`. */
  readonly until?: 'caught-up' | undefined
  /** Only with `follow`. */
  readonly onGap?: 'fail' | 'resync' | undefined
}
