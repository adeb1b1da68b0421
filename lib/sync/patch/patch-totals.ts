/** What a patch does, counted. */
export interface PatchTotals {
  /** Collections that are made. */
  readonly made: number
  /** Collections that are dropped. */
  readonly dropped: number
  /** Documents that are removed. */
  readonly removals: number
  /** Documents that are written. */
  readonly documents: number
  /** Bytes of the patch's lines, but for the first one. */
  readonly bytes: number
}

/** The totals of a patch without differences. */
export const EMPTY_PATCH: PatchTotals = {
  made: 0,
  dropped: 0,
  removals: 0,
  documents: 0,
  bytes: 0,
}
