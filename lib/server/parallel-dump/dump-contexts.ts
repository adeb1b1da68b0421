import { randomInt } from 'node:crypto'
import type { Store, StoreCollection, StoreSnapshot } from '../../store/index.js'
import { createHybridClock, type HybridClock } from '../../values/index.js'
import { AnswerMemory } from '../answer-memory.js'
import type { BatchRegistry } from '../batches.js'
import type { Clock, PlannedCall } from '../clock.js'
import type { LeaderLimits } from '../leader-limits.js'
import { forbidden, limitReached, shuttingDown } from '../request-error.js'
import { BatchFinder } from './batch-finder.js'
import type { FindBatch } from './dump-batch.js'
import { DumpContext, type KeptBatches } from './dump-context.js'
import { isSameOwner, type DumpOwner } from './dump-owner.js'
import type { DumpRequest } from './dump-request.js'
import { dumpNotFound } from './dump-not-found.js'
import { holdBatchSnapshot, holdNewSnapshot, type HeldSnapshot } from './held-snapshot.js'
import { createLinesFinder } from './lines-batch.js'
import { createMadeFinder } from './made-batch.js'

/** What {@link DumpContexts} is made of. */
export interface DumpContextsOptions {
  readonly store: Pick<Store, 'lastTick'>
  /** Counts the snapshots of contexts with those of batches. */
  readonly batches: Pick<BatchRegistry, 'openSnapshot' | 'use'>
  /** For batches that have to be held. */
  readonly memory: AnswerMemory
  readonly clock: Clock
  readonly limits: Pick<
    LeaderLimits,
    | 'batchTtlSecondsMax'
    | 'dumpBatchesKeptMax'
    | 'dumpContextsMax'
    | 'dumpsAheadBytesMax'
    | 'dumpTtlSeconds'
  >
}

/** What a context is started for. */
export interface DumpStart {
  readonly request: DumpRequest
  /** Whether batches are VelocyPack arrays, and not lines. */
  readonly useVPack: boolean
  readonly owner: DumpOwner
  /** A replication batch whose snapshot is dumped; undefined takes a new one. */
  readonly batchId: string | undefined
  /** Finds what is dumped; what it throws is what the start throws. */
  readonly choose: (snapshot: StoreSnapshot) => readonly StoreCollection[]
  readonly signal: AbortSignal
}

/** A context that was started. */
export interface StartedDump {
  /** `dump-` and digits; never used for another context. */
  readonly id: string
  /** The batch whose snapshot it dumps, if any. */
  readonly batchId: string | undefined
}

/** A context in use by one request, which holds a reference to its snapshot. */
export interface DumpUse {
  readonly context: DumpContext
  /** Gives the reference back, and prolongs the context. Call it once. */
  release(): void
}

interface OpenContext {
  readonly context: DumpContext
  readonly owner: DumpOwner
  readonly held: HeldSnapshot
  readonly ttlMs: number
  expiresAtMs: number
  useCount: number
  expiry: PlannedCall | undefined
}

/** About a quarter of an hour of the clock. */
const ID_LEAD_MAX = 2 ** 40

/**
 * The contexts of parallel dumps (server notes, section 10), each for the one who started it in the
 * database where that was. A context lives for its ttl from the end of its last use; it has a snapshot
 * of its own, or that of a batch.
 */
export class DumpContexts {
  readonly #options: DumpContextsOptions
  readonly #ids: HybridClock
  readonly #ahead: AnswerMemory
  readonly #kept: KeptBatches
  readonly #open = new Map<string, OpenContext>()
  #startingCount = 0
  #isClosed = false

  constructor(options: DumpContextsOptions) {
    const { store, limits } = options
    this.#options = options
    // A process before this one may have given out the ids right above the last tick.
    this.#ids = createHybridClock(store.lastTick + BigInt(randomInt(ID_LEAD_MAX)))
    this.#ahead = new AnswerMemory(limits.dumpsAheadBytesMax)
    this.#kept = { count: 0, max: limits.dumpBatchesKeptMax }
  }

  /**
   * Starts a context.
   *
   * @throws RequestError 404 with errorNum 1600 for an unknown batch, 503 with 32 when too many
   *   contexts are open, or no snapshot can be taken
   */
  async start(start: DumpStart): Promise<StartedDump> {
    const { dumpContextsMax } = this.#options.limits
    if (this.#open.size + this.#startingCount >= dumpContextsMax) {
      throw limitReached('open dump contexts')
    }
    this.#startingCount += 1
    try {
      const held = await this.#hold(start)
      try {
        if (this.#isClosed || start.signal.aborted) throw shuttingDown()
        return this.#add(held, start)
      } catch (error) {
        held.leave()
        throw error
      }
    } finally {
      this.#startingCount -= 1
    }
  }

  /**
   * Uses a context for one request.
   *
   * @throws RequestError 404 with errorNum 1600 when there is none, 403 with 11 when it is somebody
   *   else's
   */
  use(id: string, owner: DumpOwner): DumpUse {
    const open = this.#find(id, owner)
    const release = open.held.acquire()
    if (release === undefined) {
      this.#shut(id, open)
      throw dumpNotFound()
    }
    open.useCount += 1
    this.#prolong(id, open)
    return {
      context: open.context,
      release: () => {
        release()
        open.useCount -= 1
        this.#prolong(id, open)
      },
    }
  }

  /** Ends a context; requests in flight are answered. @throws RequestError as {@link use} */
  delete(id: string, owner: DumpOwner): void {
    this.#shut(id, this.#find(id, owner))
  }

  /** Ends all contexts, and refuses new ones. */
  close(): void {
    this.#isClosed = true
    for (const [id, open] of this.#open) this.#shut(id, open)
  }

  #hold({ batchId, signal }: DumpStart): Promise<HeldSnapshot> | HeldSnapshot {
    const { batches } = this.#options
    return batchId === undefined
      ? holdNewSnapshot(batches, signal)
      : holdBatchSnapshot(batches, batchId)
  }

  #add(held: HeldSnapshot, start: DumpStart): StartedDump {
    const { clock, limits } = this.#options
    const { request, owner, choose } = start
    const { snapshot, batchId } = held
    const finder = new BatchFinder({
      ...request,
      collections: choose(snapshot),
      find: this.#createFind(snapshot, start),
      ahead: this.#ahead,
      clock,
    })
    const context = new DumpContext({ finder, kept: this.#kept })
    const seconds = request.ttlSeconds === 0 ? limits.dumpTtlSeconds : request.ttlSeconds
    const ttlMs = 1000 * Math.min(seconds, limits.batchTtlSecondsMax)
    const id = `dump-${this.#ids.next()}`
    const rest = { expiresAtMs: 0, useCount: 0, expiry: undefined }
    const open: OpenContext = { context, owner, held, ttlMs, ...rest }
    this.#open.set(id, open)
    this.#prolong(id, open)
    return { id, batchId }
  }

  #createFind(snapshot: StoreSnapshot, { request, useVPack }: DumpStart): FindBatch {
    const { conditions, projections } = request
    const isAsStored = !useVPack && projections === undefined && conditions.length === 0
    if (isAsStored) return createLinesFinder(snapshot)
    const { memory } = this.#options
    return createMadeFinder({ snapshot, conditions, projections, useVPack, memory })
  }

  #find(id: string, owner: DumpOwner): OpenContext {
    const open = this.#open.get(id)
    if (open === undefined) throw dumpNotFound()
    if (!isSameOwner(open.owner, owner)) throw forbidden('insufficient permissions')
    return open
  }

  #shut(id: string, { context, held, expiry }: OpenContext): void {
    this.#open.delete(id)
    expiry?.cancel()
    context.close()
    held.leave()
  }

  #prolong(id: string, open: OpenContext): void {
    open.expiresAtMs = this.#options.clock.nowMs() + open.ttlMs
    if (this.#open.get(id) === open) open.expiry ??= this.#planExpiry(id, open)
  }

  /** One call for each context, which looks at its end whether it came too early. */
  #planExpiry(id: string, open: OpenContext): PlannedCall {
    const { clock } = this.#options
    const look = (): void => {
      open.expiry = undefined
      const isOver = open.useCount === 0 && open.expiresAtMs <= clock.nowMs()
      if (isOver) this.#shut(id, open)
      else open.expiry = this.#planExpiry(id, open)
    }
    // A use that goes on for longer than the ttl is looked at again after another one.
    const delayMs = open.useCount > 0 ? open.ttlMs : open.expiresAtMs - clock.nowMs()
    return clock.plan(look, Math.max(delayMs, 0))
  }
}
