import type { Store } from '../store/index.js'
import type { Tick } from '../values/index.js'
import type { BatchRegistry } from './batches.js'
import type { ClientIdentity } from './client-identity.js'
import type { ClientRegistry } from './clients.js'
import type { Clock, PlannedCall } from './clock.js'
import type { LeaderLimits } from './leader-limits.js'
import { readLogBounds } from './log-bounds.js'

/** What {@link LogRetention} is made of. */
export interface LogRetentionOptions {
  readonly store: Store
  readonly clients: Pick<ClientRegistry, 'track' | 'forget' | 'lowestTick' | 'save'>
  readonly batches: Pick<BatchRegistry, 'lowestTick'>
  readonly clock: Clock
  readonly limits: Pick<LeaderLimits, 'logAgeMaxMs' | 'logBytesMax' | 'logTrimIntervalMs'>
  /** Called when the log could not be trimmed; it is tried again later. */
  readonly onError: (error: unknown) => void
}

/**
 * Trims the log from time to time, by age and by size, but never past what a known client or an open
 * batch needs.
 */
export class LogRetention {
  readonly #options: LogRetentionOptions
  #planned: PlannedCall | undefined
  #running: { readonly through: Tick; readonly stop: AbortController } | undefined
  #round: Promise<void> | undefined
  #isClosed = false

  constructor(options: LogRetentionOptions) {
    this.#options = options
  }

  /** Begins to trim from time to time. */
  start(): void {
    if (this.#options.store.mode === 'write') this.#plan()
  }

  /**
   * Notes that a client has the log up to a tick. To be called before the log is read for it: what
   * is there above the tick once this resolves stays there for the client's ttl.
   */
  async track(client: ClientIdentity, database: string, tick: Tick): Promise<void> {
    const isNew = this.#options.clients.track(client, database, tick)
    if (isNew) await this.#options.clients.save().catch(this.#options.onError)
    // A round that runs did not know of the client.
    if (this.#running === undefined || this.#running.through <= tick) return
    this.#running.stop.abort()
    await this.#round
  }

  /** Notes that a client reads the log no more. */
  async forget(client: ClientIdentity, database: string): Promise<void> {
    const { clients, onError } = this.#options
    if (clients.forget(client, database)) await clients.save().catch(onError)
  }

  /** Trims the log now; waits for a round that runs already. */
  trim(): Promise<void> {
    this.#round ??= this.#trim().finally(() => {
      this.#round = undefined
    })
    return this.#round
  }

  /** Ends the round that runs, and keeps the list of clients. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#planned?.cancel()
    this.#running?.stop.abort()
    await this.#round
    await this.#options.clients.save().catch(this.#options.onError)
  }

  #plan(): void {
    const { clock, limits } = this.#options
    if (this.#isClosed) return
    this.#planned = clock.plan(() => {
      void this.trim().finally(() => {
        this.#plan()
      })
    }, limits.logTrimIntervalMs)
  }

  async #trim(): Promise<void> {
    const { store, clients, limits, onError } = this.#options
    const stop = new AbortController()
    const { signal } = stop
    try {
      const { removedTick } = await readLogBounds(store, signal)
      // First what is kept of the clients: after a restart it holds the log for them.
      await clients.save()
      const through = this.#through(removedTick)
      this.#running = { through, stop }
      const { logAgeMaxMs: ageMaxMs, logBytesMax: bytesMax } = limits
      if (!this.#isClosed) await store.trimLog({ ageMaxMs, bytesMax, through, signal })
    } catch (error) {
      if (!signal.aborted) onError(error)
    } finally {
      this.#running = undefined
    }
  }

  /** Up to where everybody has the log. */
  #through(removedTick: Tick): Tick {
    const { store, clients, batches } = this.#options
    const needed = [clients.lowestTick(removedTick), batches.lowestTick()]
    return needed.reduce<Tick>(
      (lowest, tick) => (tick !== undefined && tick < lowest ? tick : lowest),
      store.lastTick,
    )
  }
}
