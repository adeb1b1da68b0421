import { createHybridClock, parseTick, type HybridClock, type Tick } from '../values/index.js'
import type { ReplicaNotice } from '../replica/index.js'
import type { CatalogReader } from './catalog.js'
import { IndexBuilder } from './index-builder.js'
import type { Tables } from './layout.js'
import type { LogSource } from './log-scan.js'
import { META, readRow } from './meta-rows.js'
import { releaseOwnership } from './owner.js'
import { Purger } from './purger.js'
import { StoreError } from './store-error.js'
import type { WaitForTickOptions } from './tick-waiters.js'
import { WriteQueue, type ClockRow } from './write-queue.js'
import type { WriteTransaction } from './write-transaction.js'

/** What a {@link StoreWriter} is made of. */
export interface StoreWriterParts {
  readonly tables: Tables
  readonly catalogs: CatalogReader
  /** Decimal. */
  readonly serverId: string
  /** Wall clock in milliseconds since 1970. */
  readonly now: () => number
  /** Called for documents that are not unique where an index wants it. */
  readonly onNotice?: ((notice: ReplicaNotice) => void) | undefined
}

/** The writing side of a store that this process owns: its clock, its queue and its purger. */
export class StoreWriter {
  readonly now: () => number
  readonly #tables: Tables
  readonly #queue: WriteQueue
  readonly #purger: Purger
  readonly #builder: IndexBuilder

  constructor({ tables, catalogs, serverId, now, onNotice }: StoreWriterParts) {
    const row = readRow(tables.meta, META.clock) as ClockRow | undefined
    if (row === undefined) throw new StoreError('ERR_STORE_FORMAT', 'The store has no clock')
    const clock: HybridClock = createHybridClock(BigInt(row.last), now)
    const lastTick = parseTick(row.tick)
    this.now = now
    this.#tables = tables
    this.#queue = new WriteQueue({ tables, clock, serverId, catalogs, lastTick })
    this.#purger = new Purger(tables, this.#queue)
    this.#purger.wake()
    this.#builder = new IndexBuilder({ queue: this.#queue, tables, catalogs, onNotice })
  }

  /** The log as it is committed, or as the running write has it. */
  get log(): LogSource {
    return { wal: this.#tables.wal, transaction: () => undefined }
  }

  /** Tick of the newest marker on the disk. */
  get flushedTick(): Tick {
    return this.#queue.flushedTick
  }

  /** See {@link TickWaiters.wait}. */
  waitForTick(after: Tick, options: WaitForTickOptions): Promise<Tick> {
    return this.#queue.waiters.wait(after, options)
  }

  /** Ends all waits for a tick. */
  endWaits(error: Error): void {
    this.#queue.waiters.fail(error)
  }

  /** See {@link WriteQueue.write}. */
  write<Result>(run: (transaction: WriteTransaction) => Result, rows?: number): Promise<Result> {
    return this.#queue.write(run, rows)
  }

  /** As {@link write}, for what leaves rows to be removed. */
  async writeAndPurge<Result>(run: (transaction: WriteTransaction) => Result): Promise<Result> {
    const result = await this.#queue.write(run)
    this.purge()
    return result
  }

  /** To be called after a write that left rows to be removed. */
  purge(): void {
    this.#purger.wake()
  }

  /** To be called after a write that may have left indexes to be built; see {@link IndexBuilder.run}. */
  buildIndexes(signal?: AbortSignal): Promise<void> {
    return this.#builder.run(signal)
  }

  /** Resolves when everything that is committed by now is on the disk. */
  flushed(): Promise<void> {
    return this.#queue.flushed()
  }

  /** Resolves when the rows of what was dropped are removed. */
  purged(): Promise<void> {
    return this.#purger.idle()
  }

  /** Refuses writes from now on, waits for those on their way, and gives the store back. */
  async close(): Promise<void> {
    const stopped = this.#purger.stop()
    await this.#queue.close()
    await stopped
    this.#tables.root.transactionSync(() => {
      releaseOwnership(this.#tables.meta)
    })
  }
}
