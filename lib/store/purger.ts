import type { Tables } from './layout.js'
import { nextTurn } from './next-turn.js'
import { nextRetiredSpace, purgeRows } from './purge-rows.js'
import { TRANSACTION_ROWS_MAX, type WriteQueue } from './write-queue.js'

/**
 * Removes the rows of dropped and truncated collections, behind the back of everybody: one slice a
 * transaction, and between two of them the event loop and other writes have their turn. What is left
 * when the process ends goes on after the next open.
 */
export class Purger {
  readonly #tables: Tables
  readonly #queue: WriteQueue
  #running: Promise<void> | undefined
  #isWoken = false
  #isStopped = false

  constructor(tables: Tables, queue: WriteQueue) {
    this.#tables = tables
    this.#queue = queue
  }

  /** To be called at the open and after every write that retired a space. */
  wake(): void {
    this.#isWoken = true
    if (!this.#isStopped) this.#running ??= this.#run()
  }

  /** Resolves when there is nothing left to remove, or after {@link stop}. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  /** Ends after the slice that is being removed. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.idle()
  }

  async #run(): Promise<void> {
    try {
      while (this.#takeWakeUp()) {
        await nextTurn()
        while (await this.#purgeSlice()) await nextTurn()
      }
    } catch {
      // The disk refused a slice. Nothing is lost: the rows are out of sight, and the next drop, or
      // the next open, tries again.
    } finally {
      this.#running = undefined
    }
  }

  #takeWakeUp(): boolean {
    const isWoken = this.#isWoken
    this.#isWoken = false
    return isWoken
  }

  /** @returns false when nothing was left to remove, or it is to stop */
  async #purgeSlice(): Promise<boolean> {
    if (this.#isStopped) return false
    return this.#queue.write(() => {
      const space = nextRetiredSpace(this.#tables.meta)
      if (space === undefined) return false
      purgeRows(this.#tables, space, TRANSACTION_ROWS_MAX)
      return true
    }, TRANSACTION_ROWS_MAX)
  }
}
