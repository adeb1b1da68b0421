/** Figures of an incremental synchronisation, of one collection or of all. */
export interface RepairTotals {
  /** Ranges of revisions in which the trees differed, of all rounds. */
  readonly ranges: number
  /** Revisions that were looked at one by one, of both sides. */
  readonly revisionsCompared: number
  /** Documents that came from the source one by one. */
  readonly fetched: number
  /** Revisions that only the target had: documents that were replaced count as well as removed ones. */
  readonly removed: number
  /** Bytes of requests and answers that crossed a wire; 0 where both ends are on this machine. */
  readonly transferredBytes: number
  /** Bytes of the documents that are in the target and did not have to be moved. */
  readonly savedBytes: number
}

/** Figures of nothing. */
export const NO_REPAIR: RepairTotals = {
  ranges: 0,
  revisionsCompared: 0,
  fetched: 0,
  removed: 0,
  transferredBytes: 0,
  savedBytes: 0,
}

/** Adds figures up. */
export function addRepairs(a: RepairTotals, b: RepairTotals): RepairTotals {
  return {
    ranges: a.ranges + b.ranges,
    revisionsCompared: a.revisionsCompared + b.revisionsCompared,
    fetched: a.fetched + b.fetched,
    removed: a.removed + b.removed,
    transferredBytes: a.transferredBytes + b.transferredBytes,
    savedBytes: a.savedBytes + b.savedBytes,
  }
}
