import { DUMP_AHEAD_BYTES_MAX, DUMP_AHEAD_MS } from '../core/index.js'
import type { DumpChunk, StoreCollection, StoreSnapshot } from '../store/index.js'
import type { Revision } from '../values/index.js'
import type { DumpForm } from '../wire/index.js'
import type { Clock, PlannedCall } from './clock.js'

/** What a request for a chunk asks for. */
export interface ChunkRequest {
  readonly collection: StoreCollection
  readonly after: Revision | undefined
  readonly chunkBytes: number
  readonly form: DumpForm
}

interface FoundAhead {
  readonly request: ChunkRequest
  readonly chunk: Promise<DumpChunk>
  readonly abandoned: AbortController
  readonly expiry: PlannedCall
}

/**
 * Finds the next chunk of a dump while the one before is being sent, so that the two take turns less.
 * Only for readers that have asked for two chunks of one size in a row, one chunk in a batch, and
 * not for long: what is not asked for is dropped.
 */
export class DumpAhead {
  readonly #snapshot: StoreSnapshot
  readonly #clock: Clock
  #isClosed = false
  #expected: ChunkRequest | undefined
  #found: FoundAhead | undefined

  constructor(snapshot: StoreSnapshot, clock: Clock) {
    this.#snapshot = snapshot
    this.#clock = clock
  }

  /**
   * Finds a chunk, or takes the one that was found ahead, and goes on with the one after it. The
   * caller holds the snapshot, and releases the chunk.
   */
  async find(request: ChunkRequest, signal: AbortSignal): Promise<DumpChunk> {
    const isExpected = isSame(request, this.#expected)
    const chunk = await (this.#take(request) ??
      this.#snapshot.findChunk(request.collection, { ...request, signal }))
    this.#expected = chunk.hasMore ? { ...request, after: chunk.last } : undefined
    if (isExpected && this.#expected !== undefined) this.#begin(this.#expected)
    return chunk
  }

  /** Drops what was found, at the latest before the snapshot is closed; nothing is found any more. */
  close(): void {
    this.#isClosed = true
    this.#drop()
  }

  #drop(): void {
    const found = this.#found
    if (found === undefined) return
    this.#found = undefined
    found.expiry.cancel()
    found.abandoned.abort()
    void found.chunk.then(
      (chunk) => {
        chunk.release()
      },
      () => undefined,
    )
    this.#snapshot.release()
  }

  #take(request: ChunkRequest): Promise<DumpChunk> | undefined {
    const found = this.#found
    if (found === undefined || !isSame(request, found.request)) return undefined
    this.#found = undefined
    found.expiry.cancel()
    this.#snapshot.release()
    return found.chunk
  }

  #begin(request: ChunkRequest): void {
    if (this.#isClosed || request.chunkBytes > DUMP_AHEAD_BYTES_MAX) return
    if (this.#found?.request.collection.id === request.collection.id) this.#drop()
    if (this.#found !== undefined) return
    const abandoned = new AbortController()
    const { signal } = abandoned
    this.#snapshot.acquire()
    const chunk = this.#snapshot.findChunk(request.collection, { ...request, signal })
    // Whoever takes the chunk hears of the failure; nobody may.
    chunk.catch(() => undefined)
    const expiry = this.#clock.plan(() => {
      this.#drop()
    }, DUMP_AHEAD_MS)
    this.#found = { request, chunk, abandoned, expiry }
  }
}

function isSame(one: ChunkRequest, other: ChunkRequest | undefined): boolean {
  return (
    one.collection.id === other?.collection.id &&
    one.after === other.after &&
    one.chunkBytes === other.chunkBytes &&
    one.form === other.form
  )
}
