import { formatTick, parseTick, type Tick } from '../values/index.js'
import type { Json, JsonObject } from '../wire/index.js'
import type { Store } from '../store/index.js'
import { clientKey, type ClientIdentity } from './client-identity.js'
import type { Clock } from './clock.js'
import type { LeaderLimits } from './leader-limits.js'
import { serverTimeAt } from './server-identity.js'

/** Name of the value in the store. */
const KEPT_NAME = 'leader/clients'
/** Seconds for which the log of a batch is kept after its end, so that its client can begin to tail. */
const AFTER_BATCH_SECONDS = 15

/** What {@link ClientRegistry} is made of. */
export interface ClientRegistryOptions {
  readonly store: Pick<Store, 'mode' | 'getMeta' | 'putMeta'>
  readonly clock: Clock
  readonly limits: Pick<LeaderLimits, 'clientTtlSeconds' | 'clientsMax'>
}

/** A client that reads the log, or that will when its batch is done. */
interface Client {
  readonly identity: ClientIdentity
  /** It has this and everything below. */
  readonly tick: Tick
  readonly seenAtMs: number
  readonly expiresAtMs: number
  /** False for batches, which a restart ends. */
  readonly isKept: boolean
}

/** A client as the store keeps it. */
interface KeptClient {
  readonly key: string
  readonly identity: ClientIdentity
  /** Decimal. */
  readonly tick: string
}

/**
 * The clients that the log is kept for, each at the tick up to which it has the log. A client is
 * forgotten when it has not been heard of for its ttl. The store keeps the list, so that it outlives
 * the process, but is written only when {@link save} is called: what is kept is never above where a
 * client is. Times of a restored client begin anew, since it could not ask meanwhile.
 */
export class ClientRegistry {
  readonly #options: ClientRegistryOptions
  /** Those heard of most lately last. */
  readonly #clients = new Map<string, Client>()
  #isChanged = false

  constructor(options: ClientRegistryOptions) {
    this.#options = options
    for (const { key, identity, tick } of readKept(options.store.getMeta(KEPT_NAME))) {
      this.#put(key, { identity, tick: parseTick(tick), isKept: true }, this.#ttlSeconds)
    }
  }

  /**
   * Notes that a client of a database has the log up to a tick; one that does not tell who it is
   * stays unknown.
   *
   * @returns true when it was not known before
   */
  track(identity: ClientIdentity, database: string, tick: Tick): boolean {
    const key = tailKey(identity, database)
    if (key === undefined) return false
    const isNew = this.#find(key) === undefined
    this.#put(key, { identity, tick, isKept: true }, this.#ttlSeconds)
    this.#isChanged = true
    return isNew
  }

  /** Forgets a client of a database. @returns false when it was not known */
  forget(identity: ClientIdentity, database: string): boolean {
    const key = tailKey(identity, database)
    if (key === undefined || !this.#clients.delete(key)) return false
    this.#isChanged = true
    return true
  }

  /** Notes a batch; its client needs the log from its tick on. */
  trackBatch(id: string, identity: ClientIdentity, tick: Tick, ttlSeconds: number): void {
    // A client without a name is known by its batch (server notes, section 2).
    const named = clientKey(identity) === undefined ? { ...identity, serverId: id } : identity
    this.#put(batchKey(id), { identity: named, tick, isKept: false }, ttlSeconds)
  }

  /** Notes that a batch was used. */
  prolongBatch(id: string, ttlSeconds: number): void {
    const key = batchKey(id)
    const client = this.#find(key)
    if (client !== undefined) this.#put(key, client, ttlSeconds)
  }

  /** Notes the end of a batch. */
  endBatch(id: string): void {
    this.prolongBatch(id, AFTER_BATCH_SECONDS)
  }

  /**
   * The lowest tick that a client is at; undefined when there is none.
   *
   * @param removedTick - those below it have lost the log already, and hold nothing
   */
  lowestTick(removedTick: Tick): Tick | undefined {
    this.#sweep()
    let lowest: Tick | undefined
    for (const { tick } of this.#clients.values()) {
      if (tick >= removedTick && (lowest === undefined || tick < lowest)) lowest = tick
    }
    return lowest
  }

  /** What `logger-state` tells of the clients (server notes, section 6). */
  list(): readonly JsonObject[] {
    this.#sweep()
    const nowMs = this.#options.clock.nowMs()
    return [...this.#clients.values()].map(({ identity, tick, seenAtMs, expiresAtMs }) => ({
      syncerId: identity.syncerId,
      serverId: identity.serverId,
      clientInfo: identity.clientInfo,
      time: serverTimeAt(seenAtMs - nowMs),
      expires: serverTimeAt(expiresAtMs - nowMs),
      lastServedTick: formatTick(tick),
    }))
  }

  /** Writes the list to the store if it has changed since. */
  async save(): Promise<void> {
    this.#sweep()
    const { store } = this.#options
    if (!this.#isChanged || store.mode === 'read') return
    this.#isChanged = false
    const kept = [...this.#clients].filter(([, { isKept }]) => isKept)
    try {
      await store.putMeta(
        KEPT_NAME,
        kept.map(([key, { identity, tick }]) => ({ key, identity, tick: formatTick(tick) })),
      )
    } catch (error) {
      this.#isChanged = true
      throw error
    }
  }

  get #ttlSeconds(): number {
    return this.#options.limits.clientTtlSeconds
  }

  #find(key: string): Client | undefined {
    const client = this.#clients.get(key)
    const isThere = client !== undefined && client.expiresAtMs > this.#options.clock.nowMs()
    return isThere ? client : undefined
  }

  #put(
    key: string,
    client: Pick<Client, 'identity' | 'tick' | 'isKept'>,
    ttlSeconds: number,
  ): void {
    const { clock, limits } = this.#options
    const seenAtMs = clock.nowMs()
    // Puts it last, behind those that were heard of before.
    this.#clients.delete(key)
    this.#clients.set(key, { ...client, seenAtMs, expiresAtMs: seenAtMs + 1000 * ttlSeconds })
    if (this.#clients.size <= limits.clientsMax) return
    const [eldest] = this.#clients.keys()
    if (eldest !== undefined) this.#clients.delete(eldest)
  }

  #sweep(): void {
    for (const key of this.#clients.keys()) {
      if (this.#find(key) !== undefined) continue
      this.#clients.delete(key)
      this.#isChanged = true
    }
  }
}

/** A server may follow several databases, each from another tick. */
function tailKey(identity: ClientIdentity, database: string): string | undefined {
  const key = clientKey(identity)
  return key === undefined ? undefined : `${key}/${database}`
}

function batchKey(id: string): string {
  return `batch/${id}`
}

/** What this layer wrote; nothing where there is none yet. */
function readKept(value: Json): readonly KeptClient[] {
  const kept: unknown = value
  return Array.isArray(kept) ? (kept as readonly KeptClient[]) : []
}
