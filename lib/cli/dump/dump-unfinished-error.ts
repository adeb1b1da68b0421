import { ReplicationError } from '../../core/index.js'
import type { UnfinishedCopyError } from '../../sync/index.js'
import { plural } from '../human.js'

/** A dump ended early; the library knows of no flags, so its error cannot tell how to go on. */
export class DumpUnfinishedError extends ReplicationError {
  readonly code = 'ERR_COPY_UNFINISHED' as const

  /** @param complete - collections that a later run can go on with */
  constructor(error: UnfinishedCopyError, complete: number) {
    const { source, target } = error.copy
    const { cause } = error
    const reason = cause instanceof Error ? cause.message : String(cause)
    const part =
      complete === 0
        ? 'nothing was kept of it'
        : `${plural(complete, 'collection')} complete: --continue goes on with that`
    super(`Cannot finish the dump of ${source} into ${target}: ${reason} (${part})`, { cause })
  }
}
