import type { WriteResult } from './operation.js'

/** The result of writing no chunk. */
export const NOTHING_WRITTEN: WriteResult = {
  documents: 0,
  removals: 0,
  bytes: 0,
  replacedRevisions: 0,
  futureRevisions: 0,
}

/** Sums up two results. */
export function addResults(a: WriteResult, b: WriteResult): WriteResult {
  return {
    documents: a.documents + b.documents,
    removals: a.removals + b.removals,
    bytes: a.bytes + b.bytes,
    replacedRevisions: a.replacedRevisions + b.replacedRevisions,
    futureRevisions: a.futureRevisions + b.futureRevisions,
  }
}
