/** Time, and what happens again and again in it. */
export interface BatchClock {
  /** Milliseconds since any fixed moment. */
  now(): number
  /** Calls `run` every so many milliseconds until the function that it returns is called. */
  every(intervalMs: number, run: () => void): () => void
}

/** The clock of this machine; what it calls again and again does not keep the process alive. */
export const SYSTEM_CLOCK: BatchClock = {
  now: () => performance.now(),
  every(intervalMs, run) {
    const timer = setInterval(run, intervalMs).unref()
    return () => {
      clearInterval(timer)
    }
  },
}

/** What a {@link BatchKeeper} keeps alive, and how. */
export interface BatchKeeperOptions {
  readonly ttlSeconds: number
  /** Asks the server once for another ttl; false when it does not know the batch any more. */
  readonly extend: () => Promise<boolean>
  /** Called when asking fails otherwise. */
  readonly onFailure: (error: unknown) => void
  readonly clock: BatchClock
}

/** The part of the ttl after which a request first prolongs the batch (client notes, 1.2). */
const STALE_PART = 0.25

/**
 * Keeps a batch alive on the server: every half ttl by itself, however slowly the data is taken, and
 * before a request when a quarter of the ttl has passed.
 */
export class BatchKeeper {
  readonly #options: BatchKeeperOptions
  readonly #stop: () => void
  #extendedAtMs: number
  #extending: Promise<void> | undefined
  #isGone = false

  constructor(options: BatchKeeperOptions) {
    const { clock, ttlSeconds } = options
    this.#options = options
    this.#extendedAtMs = clock.now()
    this.#stop = clock.every((ttlSeconds * 1000) / 2, () => {
      void this.#extend()
    })
  }

  /** True once the server has said that it does not know the batch. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** To be awaited before each request that reads the batch; does not fail. */
  async refresh(): Promise<void> {
    const { clock, ttlSeconds } = this.#options
    const staleMs = ttlSeconds * 1000 * STALE_PART
    if (clock.now() - this.#extendedAtMs > staleMs) await this.#extend()
  }

  /** Asks the server whether it still knows the batch; true as well when it cannot be told. */
  async isKnown(): Promise<boolean> {
    await this.#extend()
    return !this.#isGone
  }

  /** Ends the extensions and waits for the one under way. */
  async stop(): Promise<void> {
    this.#stop()
    await this.#extending
  }

  #extend(): Promise<void> {
    this.#extending ??= this.#extendOnce().finally(() => {
      this.#extending = undefined
    })
    return this.#extending
  }

  async #extendOnce(): Promise<void> {
    if (this.#isGone) return
    const askedAtMs = this.#options.clock.now()
    try {
      if (await this.#options.extend()) this.#extendedAtMs = askedAtMs
      else this.#isGone = true
    } catch (error) {
      this.#options.onFailure(error)
    }
  }
}
