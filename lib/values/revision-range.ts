import type { Revision } from './revision.js'

/** All revisions between two; both ends belong to the range. */
export interface RevisionRange {
  readonly from: Revision
  readonly through: Revision
}
