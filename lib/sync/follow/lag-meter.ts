import type { LogPosition } from '../../replica/index.js'
import type { Tick } from '../../values/index.js'
import type { FollowLag } from './follow-event.js'

/** Tells how far a follower is behind. Ticks need not be times, so seconds are by the own clock. */
export class LagMeter {
  readonly #now: () => number
  #levelMs: number

  /** @param now - milliseconds; a follower counts as level when it begins */
  constructor(now: () => number) {
    this.#now = now
    this.#levelMs = now()
  }

  /** Takes what the leader showed, and where the follower stands. */
  measure(position: LogPosition, leaderTick: Tick, isLevel: boolean): FollowLag {
    const nowMs = this.#now()
    if (isLevel) this.#levelMs = nowMs
    const behind = leaderTick - position.tick
    return {
      isLevel,
      lagTicks: isLevel || behind < 0n ? 0n : behind,
      lagSeconds: Math.max(0, nowMs - this.#levelMs) / 1000,
    }
  }
}
