import type { FileHandle } from 'node:fs/promises'
import { parseTick, type Tick } from '../values/index.js'
import { openDataFile } from './data-file.js'
import { META, readRow } from './meta-rows.js'
import type { Tables } from './layout.js'
import { TickWaiters, type WaitForTickOptions } from './tick-waiters.js'
import type { ClockRow } from './write-queue.js'

/** Milliseconds between two looks at what the other process has written, while somebody waits. */
const LOOK_MS = 50

/**
 * Flushes what another process has written: a reader cannot know which of the commits that it sees
 * are on the disk, but a file's pages are those of everybody who has it open.
 */
export class ForeignFlush {
  readonly #file: FileHandle
  readonly #tables: Tables
  readonly #waiters = new TickWaiters(() => this.#flushedTick)
  #looking: NodeJS.Timeout | undefined
  #closedBy: Error | undefined
  #flushedTick: Tick

  private constructor(file: FileHandle, tables: Tables) {
    this.#file = file
    this.#tables = tables
    this.#flushedTick = this.#readTick()
  }

  /** Opens the file beside LMDB, and flushes it once. */
  static async begin(path: string, tables: Tables): Promise<ForeignFlush> {
    const flush = new ForeignFlush(await openDataFile(path), tables)
    await flush.flush()
    return flush
  }

  /** The newest tick of which it is known that it is on the disk. */
  get flushedTick(): Tick {
    return this.#flushedTick
  }

  /** Resolves when everything that is committed by now is on the disk. */
  async flush(): Promise<void> {
    const tick = this.#readTick()
    await this.#file.datasync()
    if (tick > this.#flushedTick) this.#flushedTick = tick
  }

  /** See {@link TickWaiters.wait}. */
  async waitForTick(after: Tick, options: WaitForTickOptions): Promise<Tick> {
    await this.#look()
    if (this.#closedBy !== undefined) throw this.#closedBy
    const waiting = this.#waiters.wait(after, options)
    this.#lookOn()
    return waiting
  }

  /** Ends all waits for a tick, and looks at the file no more. */
  endWaits(error: Error): void {
    this.#closedBy = error
    clearTimeout(this.#looking)
    this.#waiters.fail(error)
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  /** Looks now and then as long as somebody waits. */
  #lookOn(): void {
    if (this.#closedBy !== undefined || this.#waiters.isEmpty) return
    this.#looking ??= setTimeout(() => {
      this.#look()
        .then(
          () => {
            this.#waiters.wake()
          },
          (error: unknown) => {
            this.#waiters.fail(error as Error)
          },
        )
        .finally(() => {
          this.#looking = undefined
          this.#lookOn()
        })
    }, LOOK_MS)
  }

  /** Flushes when there is something new. */
  async #look(): Promise<void> {
    if (this.#closedBy !== undefined) return
    // The read transaction of this turn may have begun before the last commit.
    this.#tables.root.resetReadTxn()
    if (this.#readTick() > this.#flushedTick) await this.flush()
  }

  #readTick(): Tick {
    return parseTick((readRow(this.#tables.meta, META.clock) as ClockRow | undefined)?.tick ?? '0')
  }
}
