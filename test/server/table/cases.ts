import { APPLIER_CASES } from './applier-cases.js'
import { COLLECTION_CASES } from './collection-cases.js'
import { DOCUMENT_CASES } from './document-cases.js'
import type { EndpointCase } from './endpoint-case.js'
import { KEYS_CASES } from './keys-cases.js'
import { LOG_CASES } from './log-cases.js'
import { PARALLEL_DUMP_CASES } from './parallel-dump-cases.js'
import { REPLICATION_CASES } from './replication-cases.js'
import { RESTORE_CASES } from './restore-cases.js'
import { SERVER_CASES } from './server-cases.js'
import { SYNC_CASES } from './sync-cases.js'
import { USER_CASES } from './user-cases.js'

/** All endpoints. */
export const CASES: readonly EndpointCase[] = [
  ...SERVER_CASES,
  ...COLLECTION_CASES,
  ...DOCUMENT_CASES,
  ...PARALLEL_DUMP_CASES,
  ...REPLICATION_CASES,
  ...KEYS_CASES,
  ...LOG_CASES,
  ...SYNC_CASES,
  ...RESTORE_CASES,
  ...USER_CASES,
  // The last: followers that were started stay, until theirs are stopped.
  ...APPLIER_CASES,
]
