import type { FollowProgress } from '../../sync/index.js'
import { formatCount, formatRate, formatSeconds, plural } from '../human.js'

/**
 * Makes what says how far a follower is; rates are those since it was asked last.
 *
 * @param now - milliseconds
 */
export function describeFollowed(now: () => number): (event: FollowProgress) => string {
  let before: { readonly ms: number; readonly markers: number; readonly bytes: number } = {
    ms: now(),
    markers: 0,
    bytes: 0,
  }
  return ({ isLevel, lagSeconds, position, totals }) => {
    const { markers, bytes } = totals
    const seconds = Math.max(0.001, (now() - before.ms) / 1000)
    const perSecond = Math.round((markers - before.markers) / seconds)
    const rate = formatRate(bytes - before.bytes, seconds)
    before = { ms: now(), markers, bytes }
    const where = isLevel ? 'level' : `${formatSeconds(lagSeconds)} behind`
    return [
      `tick ${position.tick}: ${where}`,
      plural(markers, 'change'),
      `${formatCount(perSecond)}/s`,
      rate,
    ].join(', ')
  }
}
