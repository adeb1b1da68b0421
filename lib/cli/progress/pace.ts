import type { CollectionProgress } from '../../sync/index.js'

/** How far a collection is and how fast. */
export interface Pace {
  /** 0 to 1; undefined where the source cannot tell its size. */
  readonly part: number | undefined
  readonly seconds: number
  readonly bytesPerSecond: number
  readonly secondsLeft: number | undefined
}

/** Computes the pace of a collection that began `seconds` ago. */
export function paceOf({ size, totals }: CollectionProgress, seconds: number): Pace {
  const part = partOf(size.documents, totals.documents) ?? partOf(size.bytes, totals.readBytes)
  return {
    part,
    seconds,
    bytesPerSecond: totals.bytes / Math.max(seconds, 0.001),
    secondsLeft: part === undefined || part === 0 ? undefined : (seconds * (1 - part)) / part,
  }
}

function partOf(total: number | undefined, done: number): number | undefined {
  return total === undefined || total === 0 ? undefined : Math.min(1, done / total)
}
