import { REVISION_END, revision, type Revision } from './revision.js'

const COUNTER_BITS = 20n
const COUNTER_MASK = (1n << COUNTER_BITS) - 1n
/** How far ahead of the wall clock a received stamp may move the clock: a day (design, "Time"). */
const AHEAD_MS_MAX = 24n * 3600n * 1000n

/** Milliseconds since 1970 of a stamp (merkle notes, section 1). */
export function stampTimeMs(stamp: bigint): bigint {
  return stamp >> COUNTER_BITS
}

/** The first stamp of a millisecond since 1970, a whole number from 0 on. */
export function firstStampAt(timeMs: number): bigint {
  return BigInt(timeMs) << COUNTER_BITS
}

/** The counter of a stamp: its low 20 bits. */
export function stampCounter(stamp: bigint): bigint {
  return stamp & COUNTER_MASK
}

/** The stamp after `last` at the wall time `nowMs`: always larger than `last`. */
export function nextStamp(last: bigint, nowMs: bigint): bigint {
  return nowMs <= stampTimeMs(last) ? last + 1n : nowMs << COUNTER_BITS
}

/** The stamp after `last` once `received` was seen at the wall time `nowMs`: larger than both. */
export function nextStampAfter(last: bigint, nowMs: bigint, received: bigint): bigint {
  const lastMs = stampTimeMs(last)
  const receivedMs = stampTimeMs(received)
  const timeMs = [lastMs, nowMs, receivedMs].reduce((a, b) => (a > b ? a : b))
  const counters = [
    ...(timeMs === lastMs ? [stampCounter(last)] : []),
    ...(timeMs === receivedMs ? [stampCounter(received)] : []),
  ]
  const counter = counters.reduce((a, b) => (a > b ? a : b), -1n) + 1n
  return (timeMs << COUNTER_BITS) + counter
}

/** A clock that gives revisions and ticks: milliseconds << 20 plus a counter, strictly growing. */
export interface HybridClock {
  /** The newest stamp that was given or taken in. */
  readonly last: Revision
  /** Gives the next stamp, larger than every one before. */
  next(): Revision
  /**
   * Takes in a foreign stamp, so that later ones are larger.
   *
   * @returns false when it is more than a day ahead of the wall clock: the clock then moves only
   *   up to that bound
   */
  observe(stamp: Revision): boolean
}

/**
 * Makes a hybrid logical clock that goes on after `last`.
 *
 * @param last - the newest stamp of an earlier life of this clock
 * @param now - the wall clock in milliseconds since 1970
 */
export function createHybridClock(last: bigint, now: () => number = Date.now): HybridClock {
  let newest = revision(last)
  return {
    get last() {
      return newest
    },
    next() {
      newest = revision(nextStamp(newest, BigInt(now())))
      if (newest >= REVISION_END)
        throw new RangeError('Cannot make a revision: the clock is at 2^63')
      return newest
    },
    observe(stamp) {
      const bound = (BigInt(now()) + AHEAD_MS_MAX) << COUNTER_BITS
      const bounded = stamp > bound ? bound : stamp
      if (bounded > newest) newest = revision(bounded)
      return stamp <= bound
    },
  }
}
