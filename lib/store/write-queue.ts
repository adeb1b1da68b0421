import { formatTick, type HybridClock, type Tick } from '../values/index.js'
import type { CatalogReader } from './catalog.js'
import type { Tables } from './layout.js'
import { META, putRow } from './meta-rows.js'
import { StoreError } from './store-error.js'
import { TickWaiters } from './tick-waiters.js'
import { forgetPages } from './tree-page-set.js'
import { WriteTransaction } from './write-transaction.js'

/** Rows that one LMDB transaction writes at most, but for one job that is larger alone. */
export const TRANSACTION_ROWS_MAX = 1000

/** Bytes of documents after which a transaction takes no further one. */
export const TRANSACTION_BYTES_MAX: number = 1024 * 1024

/** Row of the clock: its newest stamp, and the tick of the newest marker; both decimal. */
export interface ClockRow {
  readonly last: string
  readonly tick: string
}

interface Job {
  readonly rows: number
  /** Runs inside the transaction; what it throws undoes this job alone. */
  readonly run: (transaction: WriteTransaction) => void
  readonly settle: (error?: Error) => void
}

/** What a {@link WriteQueue} is made of. */
export interface WriteQueueParts {
  readonly tables: Tables
  readonly clock: HybridClock
  /** Decimal. */
  readonly serverId: string
  readonly catalogs: CatalogReader
  readonly lastTick: Tick
}

/**
 * Runs writes in the order in which they came, many in one LMDB transaction (group commit), one
 * transaction after the other. A write's promise resolves when its transaction is on the disk.
 */
export class WriteQueue {
  /** Woken when a transaction with markers is on the disk. */
  readonly waiters: TickWaiters = new TickWaiters(() => this.#flushedTick)
  readonly #parts: WriteQueueParts
  #jobs: Job[] = []
  /** Runs until no write is left. */
  #running: Promise<void> | undefined
  /** The transaction on its way to the disk. */
  #group: Promise<void> | undefined
  #flushedTick: Tick
  #writtenTick: Tick
  #isClosed = false

  constructor(parts: WriteQueueParts) {
    this.#parts = parts
    this.#flushedTick = parts.lastTick
    this.#writtenTick = parts.lastTick
  }

  /** Tick of the newest marker on the disk. */
  get flushedTick(): Tick {
    return this.#flushedTick
  }

  /**
   * Runs a write.
   *
   * @param run - synchronous; what it throws undoes this write alone and rejects the promise
   * @param rows - about how many rows it writes
   */
  write<Result>(run: (transaction: WriteTransaction) => Result, rows = 1): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new StoreError('ERR_STORE_CLOSED', 'Cannot write to the store: it is closed'))
        return
      }
      let result: Result
      this.#jobs.push({
        rows,
        run: (transaction) => {
          result = run(transaction)
        },
        settle: (error) => {
          if (error === undefined) resolve(result)
          else reject(error)
        },
      })
      this.#running ??= this.#runAll()
    })
  }

  /** Resolves when everything that is committed by now is on the disk. */
  async flushed(): Promise<void> {
    await this.#group
  }

  /** Refuses writes from now on and waits for those that came before. */
  async close(): Promise<void> {
    this.#isClosed = true
    while (this.#running !== undefined) await this.#running
  }

  async #runAll(): Promise<void> {
    // A turn later, so that callers of the same turn share a transaction.
    await Promise.resolve()
    while (this.#jobs.length > 0) {
      this.#group = this.#runGroup(this.#takeGroup())
      await this.#group
    }
    this.#group = undefined
    this.#running = undefined
  }

  #takeGroup(): readonly Job[] {
    let rows = 0
    let count = 0
    for (const job of this.#jobs) {
      rows += job.rows
      if (count > 0 && rows > TRANSACTION_ROWS_MAX) break
      count += 1
    }
    return this.#jobs.splice(0, count)
  }

  async #runGroup(jobs: readonly Job[]): Promise<void> {
    const { root } = this.#parts.tables
    const errors = new Map<Job, Error>()
    try {
      await root.transaction(() => {
        for (const job of jobs) this.#runJob(job, errors)
        this.#putClock()
      })
      await root.flushed
      this.#flushedTick = this.#writtenTick
      this.waiters.wake()
    } catch (cause) {
      forgetPages()
      const reason = 'Cannot write to the store: the transaction failed'
      const error = new StoreError('ERR_STORE_FAILED', reason, { cause })
      for (const job of jobs) job.settle(errors.get(job) ?? error)
      return
    }
    for (const job of jobs) job.settle(errors.get(job))
  }

  #runJob(job: Job, errors: Map<Job, Error>): void {
    const transaction = new WriteTransaction({ ...this.#parts, lastTick: this.#writtenTick })
    try {
      // lmdb runs a child transaction inside another one at once, and undoes it on a throw.
      void this.#parts.tables.root.childTransaction(() => {
        job.run(transaction)
      })
      this.#writtenTick = transaction.lastTick
    } catch (error) {
      forgetPages()
      errors.set(job, error as Error)
    }
  }

  #putClock(): void {
    const { tables, clock } = this.#parts
    const row: ClockRow = { last: clock.last.toString(), tick: formatTick(this.#writtenTick) }
    putRow(tables.meta, META.clock, row)
  }
}
