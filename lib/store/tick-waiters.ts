import type { OperationOptions } from '../replica/index.js'
import type { Tick } from '../values/index.js'

/** The longest delay of a timer; a longer one would fire at once. */
const DELAY_MS_MAX = 2 ** 31 - 1

/** How a store waits for its log to grow. */
export interface WaitForTickOptions extends OperationOptions {
  /** Milliseconds after which it waits no longer; `Infinity` waits as long as the store is open. */
  readonly timeoutMs: number
}

interface Waiter {
  readonly after: Tick
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Those who wait for the log to go beyond a tick. A waiter costs nothing until it is woken. */
export class TickWaiters {
  readonly #lastTick: () => Tick
  readonly #waiters = new Set<Waiter>()

  /** @param lastTick - the newest tick that is on the disk */
  constructor(lastTick: () => Tick) {
    this.#lastTick = lastTick
  }

  /** Tells whether nobody waits. */
  get isEmpty(): boolean {
    return this.#waiters.size === 0
  }

  /**
   * Waits until the newest tick is above `after`, or for `timeoutMs`.
   *
   * @returns the newest tick then
   * @throws the signal's reason; the error of {@link fail}
   */
  async wait(after: Tick, { signal, timeoutMs }: WaitForTickOptions): Promise<Tick> {
    signal?.throwIfAborted()
    if (this.#lastTick() <= after && timeoutMs > 0) await this.#wake(after, timeoutMs, signal)
    return this.#lastTick()
  }

  /** Wakes those who have waited for less than the newest tick. */
  wake(): void {
    const lastTick = this.#lastTick()
    for (const waiter of [...this.#waiters]) if (waiter.after < lastTick) waiter.resolve()
  }

  /** Lets nobody wait any more. */
  fail(error: Error): void {
    for (const waiter of [...this.#waiters]) waiter.reject(error)
  }

  #wake(after: Tick, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#waiters.delete(waiter)
      }
      const waiter: Waiter = {
        after,
        resolve: () => {
          end()
          resolve()
        },
        reject: (error) => {
          end()
          reject(error)
        },
      }
      const onAbort = (): void => {
        waiter.reject(signal?.reason as Error)
      }
      // The timer keeps the process alive: whoever follows a local store has nothing else that does.
      const delayMs = Math.min(timeoutMs, DELAY_MS_MAX)
      const timer = timeoutMs === Infinity ? undefined : setTimeout(waiter.resolve, delayMs)
      signal?.addEventListener('abort', onAbort)
      this.#waiters.add(waiter)
    })
  }
}
