import { DUMP_AHEAD_BYTES_MAX, DUMP_AHEAD_MS } from '../../core/index.js'
import type { StoreCollection } from '../../store/index.js'
import type { Revision } from '../../values/index.js'
import type { AnswerMemory, HeldBytes } from '../answer-memory.js'
import type { Clock, PlannedCall } from '../clock.js'
import type { DumpBatch, FindBatch } from './dump-batch.js'
import { dumpNotFound } from './dump-not-found.js'

/** What a {@link BatchFinder} is made of. */
export interface BatchFinderParts {
  readonly collections: readonly StoreCollection[]
  readonly find: FindBatch
  readonly batchBytes: number
  readonly docsPerBatch: number
  readonly prefetchCount: number
  /** What all finders together may find before somebody asks for it. */
  readonly ahead: AnswerMemory
  readonly clock: Clock
}

interface FoundAhead {
  readonly batch: Promise<DumpBatch | undefined>
  readonly held: HeldBytes
  readonly expiry: PlannedCall
}

/**
 * Finds the batches of a context, one collection after the other, each in revision order. Some are
 * found before somebody asks for them, so that finding and sending take turns less; what waits for
 * longer than a second is not held any more, but read again when it is asked for.
 */
export class BatchFinder {
  readonly #parts: BatchFinderParts
  readonly #closing = new AbortController()
  readonly #ahead: FoundAhead[] = []
  /** The place of {@link #after} in the collections. */
  #index = 0
  #after: Revision | undefined
  /** Each search begins where the one before it ended. */
  #turn: Promise<unknown> = Promise.resolve()
  #isReady = false

  constructor(parts: BatchFinderParts) {
    this.#parts = parts
  }

  /** Whether the next batch had been found when it was last asked for. */
  get wasReady(): boolean {
    return this.#isReady
  }

  /**
   * The next batch; undefined when there is none left. After an error the same one is found again.
   *
   * @throws StoreError when the snapshot is not open any more
   */
  async next(): Promise<DumpBatch | undefined> {
    const ahead = this.#ahead.shift()
    this.#isReady = ahead !== undefined
    const batch = await (ahead === undefined ? this.#search() : this.#take(ahead))
    if (batch !== undefined) this.#fill()
    return batch
  }

  /** Ends searches, and lets go of what was found. */
  close(): void {
    this.#closing.abort(dumpNotFound())
    for (const ahead of this.#ahead.splice(0)) this.#drop(ahead)
  }

  async #take({ batch, held, expiry }: FoundAhead): Promise<DumpBatch | undefined> {
    expiry.cancel()
    held.release()
    return batch
  }

  #fill(): void {
    const { batchBytes, prefetchCount, ahead, clock } = this.#parts
    // No more of a batch is held, whatever its size.
    const heldBytes = Math.min(batchBytes, DUMP_AHEAD_BYTES_MAX)
    while (this.#ahead.length < prefetchCount && !this.#isAtEnd && !this.#isClosed) {
      const held = ahead.begin()
      if (!held.take(heldBytes)) return
      const batch = this.#search()
      // Whoever takes the batch hears of the failure; nobody may.
      batch.catch(() => undefined)
      const found: FoundAhead = {
        batch,
        held,
        expiry: clock.plan(() => {
          this.#drop(found)
        }, DUMP_AHEAD_MS),
      }
      this.#ahead.push(found)
    }
  }

  /** What was found stays the next one; only its bytes go. */
  #drop({ batch, held, expiry }: FoundAhead): void {
    expiry.cancel()
    held.release()
    void batch.then(
      (found) => found?.drop(),
      () => undefined,
    )
  }

  get #isAtEnd(): boolean {
    return this.#index >= this.#parts.collections.length
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  #search(): Promise<DumpBatch | undefined> {
    const found = this.#turn.then(() => this.#findNext())
    this.#turn = found.catch(() => undefined)
    return found
  }

  async #findNext(): Promise<DumpBatch | undefined> {
    const { collections, find, batchBytes, docsPerBatch } = this.#parts
    for (;;) {
      const collection = collections[this.#index]
      if (collection === undefined) return undefined
      const start = { collection, after: this.#after, batchBytes, docsPerBatch }
      const { batch, next } = await find(start, this.#closing.signal)
      this.#after = next
      if (next === undefined) this.#index += 1
      if (batch === undefined) continue
      if (!this.#isClosed) return batch
      batch.drop()
      this.#closing.signal.throwIfAborted()
    }
  }
}
