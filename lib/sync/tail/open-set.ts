import { tick, type Tick } from '../../values/index.js'

/** Which transactions are open at some point of the log. One object as long as they are the same. */
export interface OpenSet {
  /** In the order in which they began. */
  readonly ids: readonly Tick[]
  /** A tick below the begin of the oldest; undefined when none is open. */
  readonly resumeTick: Tick | undefined
  /** The set before the last one of these began; undefined where another has ended since. */
  readonly before: OpenSet | undefined
}

/** No transaction is open. */
export const NONE_OPEN: OpenSet = { ids: [], resumeTick: undefined, before: undefined }

/** The set with one more, which began behind the tick `below`. */
export function withOpened(set: OpenSet, id: Tick, below: Tick): OpenSet {
  return { ids: [...set.ids, id], resumeTick: set.resumeTick ?? below, before: set }
}

/**
 * The set without one of its own. Most often that is the one that began last, and the set before it
 * is given, the very object: so that who compares sets sees that nothing has changed.
 *
 * @param rest - those that stay, in order, each with a tick below its begin
 */
export function withoutEnded(
  set: OpenSet,
  id: Tick,
  rest: Iterable<{ readonly id: Tick; readonly below: Tick }>,
): OpenSet {
  if (set.before !== undefined && set.ids.at(-1) === id) return set.before
  const stay = [...rest]
  const [oldest] = stay
  if (oldest === undefined) return NONE_OPEN
  return { ids: stay.map((one) => one.id), resumeTick: oldest.below, before: undefined }
}

/** A tick to read on from so that a marker comes again: the one seen before it, if there is one. */
export function tickBelow(begin: Tick, seen: Tick | undefined): Tick {
  if (seen !== undefined && seen < begin) return seen
  return begin === 0n ? begin : tick(begin - 1n)
}
