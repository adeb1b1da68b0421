import type { Store } from '../store/index.js'
import type { Tick } from '../values/index.js'
import type { Clock } from './clock.js'
import type { LeaderLimits } from './leader-limits.js'

/** What {@link TailWaits} is made of. */
export interface TailWaitsOptions {
  readonly store: Pick<Store, 'waitForTick'>
  readonly clock: Clock
  readonly limits: Pick<LeaderLimits, 'tailWaitsMax'>
}

/** Requests for the tail that wait for the log to grow. They hold neither snapshot nor memory. */
export class TailWaits {
  readonly #options: TailWaitsOptions
  readonly #waiting = new Set<AbortController>()
  #isClosed = false

  constructor(options: TailWaitsOptions) {
    this.#options = options
  }

  /** How many wait now. */
  get count(): number {
    return this.#waiting.size
  }

  /**
   * Waits until the log goes beyond a tick.
   *
   * @param untilMs - time of the clock at which it ends
   * @returns false when the log has not grown: the time was over, as many wait as may, or the leader
   *   closes
   * @throws the signal's reason
   */
  async untilAbove(after: Tick, untilMs: number, signal: AbortSignal): Promise<boolean> {
    const { store, clock, limits } = this.#options
    signal.throwIfAborted()
    const leftMs = untilMs - clock.nowMs()
    if (this.#isClosed || leftMs <= 0 || this.count >= limits.tailWaitsMax) return false
    const over = new AbortController()
    const end = (): void => {
      over.abort()
    }
    this.#waiting.add(over)
    signal.addEventListener('abort', end)
    const planned = clock.plan(end, leftMs)
    try {
      await store.waitForTick(after, { signal: over.signal, timeoutMs: Infinity })
      return true
    } catch (error) {
      signal.throwIfAborted()
      if (over.signal.aborted) return false
      throw error
    } finally {
      planned.cancel()
      signal.removeEventListener('abort', end)
      this.#waiting.delete(over)
    }
  }

  /** Ends all waits at once, and lets nobody wait any more. */
  close(): void {
    this.#isClosed = true
    for (const over of this.#waiting) over.abort()
  }
}
