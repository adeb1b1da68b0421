import { randomInt } from 'node:crypto'
import type { Store, StoreSnapshot } from '../store/index.js'
import { createHybridClock, type HybridClock, type Tick } from '../values/index.js'
import type { ClientIdentity } from './client-identity.js'
import type { ClientRegistry } from './clients.js'
import type { Clock, PlannedCall } from './clock.js'
import { DumpAhead } from './dump-ahead.js'
import { DumpPositions } from './dump-positions.js'
import type { LeaderLimits } from './leader-limits.js'
import { parseLenientNumber } from './parameters.js'
import { limitReached, shuttingDown } from './request-error.js'

/** What {@link BatchRegistry} is made of. */
export interface BatchRegistryOptions {
  readonly store: Pick<Store, 'openSnapshot' | 'lastTick'>
  /** Told of every batch, since its client will need the log from its tick on. */
  readonly clients: Pick<ClientRegistry, 'trackBatch' | 'prolongBatch' | 'endBatch'>
  readonly clock: Clock
  readonly limits: Pick<LeaderLimits, 'openBatchesMax' | 'batchTtlSeconds' | 'batchTtlSecondsMax'>
}

/** A batch that was made. */
export interface CreatedBatch {
  /** Decimal text, never used for another batch. */
  readonly id: string
  readonly snapshot: StoreSnapshot
}

/** A batch in use by one request, which holds a reference to its snapshot. */
export interface BatchUse {
  /** Decimal text, as the batch was given out. */
  readonly id: string
  readonly snapshot: StoreSnapshot
  readonly positions: DumpPositions
  readonly ahead: DumpAhead
  /** Gives the reference back; a batch that has not expired meanwhile is prolonged. Call it once. */
  release(): void
}

const NOBODY: ClientIdentity = { serverId: '', syncerId: '', clientInfo: '' }

/** About a quarter of an hour of the clock. */
const ID_LEAD_MAX = 2 ** 40

interface OpenBatch {
  readonly snapshot: StoreSnapshot
  readonly positions: DumpPositions
  readonly ahead: DumpAhead
  /** The ttl last given. */
  ttlMs: number
  expiresAtMs: number
}

/**
 * The open batches of a server: snapshots with a time to live, known by id in all its databases.
 * Each use prolongs a batch by the ttl last given. Deletion and expiry only close the door; requests
 * in flight hold references, and the last one ends the snapshot.
 */
export class BatchRegistry {
  readonly #store: BatchRegistryOptions['store']
  readonly #clients: BatchRegistryOptions['clients']
  readonly #clock: Clock
  readonly #limits: BatchRegistryOptions['limits']
  readonly #ids: HybridClock
  readonly #open = new Map<string, OpenBatch>()
  /** Held, but of no open batch: those of closed ones, and those that were never of any. */
  #others: StoreSnapshot[] = []
  #openingCount = 0
  #isClosed = false
  #sweep: (PlannedCall & { readonly atMs: number }) | undefined

  constructor({ store, clients, clock, limits }: BatchRegistryOptions) {
    this.#store = store
    this.#clients = clients
    this.#clock = clock
    this.#limits = limits
    // A process before this one may have given out the ids right above the last tick.
    this.#ids = createHybridClock(store.lastTick + BigInt(randomInt(ID_LEAD_MAX)))
  }

  /**
   * Takes a snapshot and opens a batch on it.
   *
   * @param ttlSeconds - 0 stands for the default; capped
   * @throws RequestError 503 with errorNum 32 while as many snapshots are held as batches may be
   *   open, those of closed batches that are still being read included
   */
  async create(
    ttlSeconds: number,
    signal: AbortSignal,
    client: ClientIdentity = NOBODY,
  ): Promise<CreatedBatch> {
    if (this.#heldCount() >= this.#limits.openBatchesMax) throw limitReached('open batches')
    this.#openingCount += 1
    try {
      const snapshot = await this.#store.openSnapshot({ signal })
      const created = this.#add(snapshot, ttlSeconds, signal)
      this.#clients.trackBatch(
        created.id,
        client,
        snapshot.lastTick,
        this.#ttlMs(ttlSeconds) / 1000,
      )
      return created
    } finally {
      this.#openingCount -= 1
    }
  }

  /**
   * Takes a snapshot that is no batch, but counts among those that batches hold, until it is closed
   * and nobody reads it any more.
   *
   * @throws RequestError as {@link create}
   */
  async openSnapshot(signal: AbortSignal): Promise<StoreSnapshot> {
    if (this.#heldCount() >= this.#limits.openBatchesMax) throw limitReached('open batches')
    this.#openingCount += 1
    try {
      const snapshot = await this.#store.openSnapshot({ signal })
      this.#others.push(snapshot)
      return snapshot
    } finally {
      this.#openingCount -= 1
    }
  }

  /**
   * Uses a batch for one request.
   *
   * @param id - text of any kind; leading zeros do not matter
   * @returns undefined when there is no such batch, or it has expired
   */
  use(id: string): BatchUse | undefined {
    const batch = this.#find(id)
    if (batch === undefined) return undefined
    const { snapshot, positions, ahead } = batch
    snapshot.acquire()
    this.#prolong(batch, canonicalId(id))
    return {
      id: canonicalId(id),
      snapshot,
      positions,
      ahead,
      release: () => {
        snapshot.release()
        if (batch.expiresAtMs > this.#clock.nowMs()) this.#prolong(batch, canonicalId(id))
      },
    }
  }

  /** Gives a batch a new ttl, from now on; false when there is no such batch. */
  extend(id: string, ttlSeconds: number): boolean {
    const batch = this.#find(id)
    if (batch === undefined) return false
    batch.ttlMs = this.#ttlMs(ttlSeconds)
    this.#prolong(batch, canonicalId(id))
    return true
  }

  /** Closes a batch; false when there is no such batch. */
  delete(id: string): boolean {
    const batch = this.#find(id)
    if (batch === undefined) return false
    this.#shut(canonicalId(id), batch)
    return true
  }

  /** The lowest tick of an open batch; undefined when none is open. */
  lowestTick(): Tick | undefined {
    let lowest: Tick | undefined
    for (const { snapshot } of this.#open.values()) {
      if (lowest === undefined || snapshot.lastTick < lowest) lowest = snapshot.lastTick
    }
    return lowest
  }

  /** Closes all batches, and refuses new ones. */
  close(): void {
    this.#isClosed = true
    this.#sweep?.cancel()
    for (const [id, batch] of this.#open) this.#shut(id, batch)
  }

  #add(snapshot: StoreSnapshot, ttlSeconds: number, signal: AbortSignal): CreatedBatch {
    if (this.#isClosed || signal.aborted) {
      snapshot.close()
      throw shuttingDown()
    }
    const id = this.#ids.next().toString()
    const ttlMs = this.#ttlMs(ttlSeconds)
    const ahead = new DumpAhead(snapshot, this.#clock)
    const batch = { snapshot, positions: new DumpPositions(), ahead, ttlMs, expiresAtMs: 0 }
    this.#open.set(id, batch)
    this.#prolong(batch, id)
    return { id, snapshot }
  }

  #heldCount(): number {
    this.#others = this.#others.filter(({ isOpen }) => isOpen)
    return this.#open.size + this.#openingCount + this.#others.length
  }

  #find(id: string): OpenBatch | undefined {
    const known = canonicalId(id)
    const batch = this.#open.get(known)
    if (batch === undefined || batch.expiresAtMs > this.#clock.nowMs()) return batch
    this.#shut(known, batch)
    return undefined
  }

  #shut(id: string, { snapshot, ahead }: OpenBatch): void {
    this.#open.delete(id)
    this.#clients.endBatch(id)
    ahead.close()
    snapshot.close()
    if (snapshot.isOpen) this.#others.push(snapshot)
  }

  #ttlMs(ttlSeconds: number): number {
    const { batchTtlSeconds, batchTtlSecondsMax } = this.#limits
    return 1000 * Math.min(ttlSeconds === 0 ? batchTtlSeconds : ttlSeconds, batchTtlSecondsMax)
  }

  #prolong(batch: OpenBatch, id: string): void {
    batch.expiresAtMs = this.#clock.nowMs() + batch.ttlMs
    this.#clients.prolongBatch(id, batch.ttlMs / 1000)
    this.#planSweep()
  }

  /** Keeps one timer, at or before the next expiry. */
  #planSweep(): void {
    const atMs = Math.min(...[...this.#open.values()].map(({ expiresAtMs }) => expiresAtMs))
    if (!Number.isFinite(atMs) || (this.#sweep !== undefined && this.#sweep.atMs <= atMs)) return
    this.#sweep?.cancel()
    const planned = this.#clock.plan(
      () => {
        this.#sweepExpired()
      },
      Math.max(atMs - this.#clock.nowMs(), 0),
    )
    this.#sweep = { ...planned, atMs }
  }

  #sweepExpired(): void {
    this.#sweep = undefined
    for (const id of this.#open.keys()) this.#find(id)
    this.#planSweep()
  }
}

/** Ids are read as leniently as numbers in URLs; what is no number is 0, which no batch has. */
function canonicalId(id: string): string {
  return parseLenientNumber(id).toString()
}
