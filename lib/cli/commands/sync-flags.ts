import type { CollectionSelection } from '../../sync/index.js'
import type { ServerSourceOptions } from '../open-replica.js'
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
  /** From `--no-parallel-dump`: true without it. */
  readonly parallelDump?: boolean | undefined
}

/** A copy that is compared with its source has to be of one moment; one that follows gets there. */
export function parallelDumpOf(flags: SyncFlags): ServerSourceOptions {
  const { parallelDump = true, incremental = false, follow = false } = flags
  if (!parallelDump || incremental) return {}
  return { parallelDump: follow ? 'later' : 'exact' }
}
