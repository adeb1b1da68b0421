import {
  BAD_BODY,
  fails,
  queryNumber,
  required,
  UNKNOWN_COLLECTION,
  type ParameterAbout,
  type StatusAbout,
} from './about.js'
import { COLLECTION_QUERY } from './collection-about.js'

/** The batch whose snapshot is read, in the query. */
export const BATCH_QUERY: ParameterAbout = required(
  queryNumber('batchId', 'the batch to read from'),
)

/** What `revisions/*` names. */
export const TARGET_PARAMETERS: readonly ParameterAbout[] = [COLLECTION_QUERY, BATCH_QUERY]

/** The statuses that the documented protocol lists for reading `revisions/*`. */
export const DOCUMENTED_REVISIONS: readonly number[] = [200, 401, 404, 405, 500, 501]

/** What all of `revisions/*` answers when it cannot use the collection. */
export const COLLECTION_FAILURES: readonly StatusAbout[] = [
  fails(401, 400, 'no collection is named', 'documented'),
  fails(400, 400, 'no collection is named', 'arangodb'),
  UNKNOWN_COLLECTION,
  fails(501, 9, 'the collection does not sync by revision'),
]

/** The same, for what reads from a batch. */
export const TARGET_FAILURES: readonly StatusAbout[] = [
  ...COLLECTION_FAILURES,
  fails(401, 400, 'no batch is named', 'documented'),
  fails(404, 400, 'no batch is named', 'arangodb'),
  fails(404, 1600, 'the batch is unknown or has expired'),
]

/** A body that lists no revisions, or no ranges. */
export const BAD_LIST: readonly StatusAbout[] = [
  BAD_BODY,
  fails(400, 400, 'the body is no such array'),
]
