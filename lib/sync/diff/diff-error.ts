import { ReplicationError } from '../../core/index.js'

/** Two replicas cannot be compared. */
export class DiffError extends ReplicationError {
  /**
   * `ERR_DUMP_HAS_REMOVALS`: a dump of an old server holds removals, so only its end state could be
   * compared. `ERR_DIFF_INCOMPLETE`: a replica told less of its revisions than its tree counts, or
   * fewer documents than revisions. `ERR_DIFF_KEY_TOO_LONG`: a key is too long to be kept on disk.
   */
  readonly code: 'ERR_DUMP_HAS_REMOVALS' | 'ERR_DIFF_INCOMPLETE' | 'ERR_DIFF_KEY_TOO_LONG'

  constructor(code: DiffError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
