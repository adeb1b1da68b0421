import { badParameter, limitReached } from '../request-error.js'
import type { BatchFinder } from './batch-finder.js'
import type { DumpBatch } from './dump-batch.js'

/** Numbers that are remembered behind their end; a request that comes twice comes soon. */
const ENDED_MAX = 1000

/** How many batches all contexts keep. */
export interface KeptBatches {
  count: number
  readonly max: number
}

/** What a {@link DumpContext} is made of. */
export interface DumpContextParts {
  readonly finder: Pick<BatchFinder, 'next' | 'close' | 'wasReady'>
  readonly kept: KeptBatches
}

/**
 * Gives the batches of one dump to a client that numbers them: the same number gets the same batch,
 * until the client says that it has it. Several numbers may be asked for at one time.
 */
export class DumpContext {
  readonly #parts: DumpContextParts
  /** By number; what is kept of a batch is its place. */
  readonly #batches = new Map<bigint, Promise<DumpBatch | undefined>>()
  /** Numbers that were acknowledged: they stand for no other batch. */
  readonly #ended = new Set<bigint>()
  #blockCount = 0

  constructor(parts: DumpContextParts) {
    this.#parts = parts
  }

  /** Batches that had to be waited for, less those that had been found before. */
  get blockCount(): number {
    return this.#blockCount
  }

  /**
   * The batch of a number; undefined when there are no more.
   *
   * @param lastBatch - a number whose batch the client has, so that it is not kept any longer
   * @throws RequestError 503 with errorNum 32 when too many batches are kept, 400 with 10 for a number
   *   that was acknowledged: a request that comes late a second time would take a batch away unseen
   */
  async next(batchId: bigint, lastBatch: bigint | undefined): Promise<DumpBatch | undefined> {
    if (lastBatch !== undefined) this.#acknowledge(lastBatch)
    if (this.#ended.has(batchId)) throw badParameter(`batch ${batchId} was acknowledged`)
    const batch = await (this.#batches.get(batchId) ?? this.#begin(batchId))
    return batch
  }

  /** Ends searches, and forgets all batches. Requests in flight go on reading. */
  close(): void {
    this.#parts.finder.close()
    for (const batchId of [...this.#batches.keys()]) this.#forget(batchId)
  }

  #begin(batchId: bigint): Promise<DumpBatch | undefined> {
    const { finder, kept } = this.#parts
    if (kept.count >= kept.max) throw limitReached('batches of dumps that are not acknowledged')
    const batch = finder.next()
    this.#blockCount += finder.wasReady ? -1 : 1
    this.#batches.set(batchId, batch)
    kept.count += 1
    const forget = (): void => {
      if (this.#batches.get(batchId) === batch) this.#forget(batchId)
    }
    // There is nothing to keep of the end; what failed may be tried again.
    batch.then((found) => {
      if (found === undefined) forget()
    }, forget)
    return batch
  }

  #acknowledge(batchId: bigint): void {
    if (!this.#batches.has(batchId)) return
    this.#forget(batchId)
    this.#ended.add(batchId)
    if (this.#ended.size <= ENDED_MAX) return
    const [oldest] = this.#ended
    if (oldest !== undefined) this.#ended.delete(oldest)
  }

  #forget(batchId: bigint): void {
    const batch = this.#batches.get(batchId)
    if (batch === undefined) return
    this.#batches.delete(batchId)
    this.#parts.kept.count -= 1
    void batch.then(
      (found) => found?.drop(),
      () => undefined,
    )
  }
}
