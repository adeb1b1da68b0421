import type { FileHandle } from 'node:fs/promises'
import { parseTick, type Tick } from '../values/index.js'
import { openDataFile } from './data-file.js'
import { META, readRow } from './meta-rows.js'
import type { Tables } from './layout.js'
import type { ClockRow } from './write-queue.js'

/**
 * Flushes what another process has written: a reader cannot know which of the commits that it sees
 * are on the disk, but a file's pages are those of everybody who has it open.
 */
export class ForeignFlush {
  readonly #file: FileHandle
  readonly #tables: Tables
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

  close(): Promise<void> {
    return this.#file.close()
  }

  #readTick(): Tick {
    return parseTick((readRow(this.#tables.meta, META.clock) as ClockRow | undefined)?.tick ?? '0')
  }
}
