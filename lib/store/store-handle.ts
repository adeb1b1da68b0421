import type { Tick } from '../values/index.js'
import type { Catalog, CatalogReader } from './catalog.js'
import type { ForeignFlush } from './foreign-flush.js'
import type { Tables } from './layout.js'
import type { LmdbSnapshot } from './lmdb-snapshot.js'
import type { SnapshotKeeper } from './snapshot-keeper.js'
import { StoreError } from './store-error.js'
import type { StoreWriter } from './store-writer.js'
import type { StoreMode } from './store.js'
import type { WaitForTickOptions } from './tick-waiters.js'

/** What a {@link StoreHandle} is made of. */
export interface StoreHandleParts {
  readonly path: string
  readonly serverId: string
  readonly tables: Tables
  readonly catalogs: CatalogReader
  readonly snapshots: SnapshotKeeper
  /** The one who knows what is on the disk: this process in mode `write`, else the file. */
  readonly side:
    | { readonly mode: 'write'; readonly writer: StoreWriter }
    | { readonly mode: 'read'; readonly flush: ForeignFlush }
  /** Called when the files are closed. */
  readonly onClosed: () => void
}

/**
 * The open parts of a store, handed out until it is closed: from then on every method but `close`
 * throws a StoreError `ERR_STORE_CLOSED`.
 */
export class StoreHandle {
  readonly path: string
  readonly mode: StoreMode
  readonly serverId: string
  readonly #parts: StoreHandleParts
  #closing: Promise<void> | undefined

  constructor(parts: StoreHandleParts) {
    this.#parts = parts
    this.path = parts.path
    this.mode = parts.side.mode
    this.serverId = parts.serverId
  }

  /** The newest tick that is on the disk; the last one known once the store is closed. */
  get lastTick(): Tick {
    return this.#log.flushedTick
  }

  /** Resolves with {@link lastTick} once it is above a tick, or time is up. */
  async waitForTick(after: Tick, options: WaitForTickOptions): Promise<Tick> {
    this.#assertOpen()
    return this.#log.waitForTick(after, options)
  }

  /** Takes a stable view of everything. */
  openSnapshot(signal: AbortSignal | undefined): Promise<LmdbSnapshot> {
    this.#assertOpen()
    return this.#parts.snapshots.open(signal)
  }

  /** What is committed. */
  catalog(): Catalog {
    this.#assertOpen()
    return this.#parts.catalogs.read()
  }

  /** The tables, as they are committed. */
  tables(): Tables {
    this.#assertOpen()
    return this.#parts.tables
  }

  /** @throws StoreError `ERR_STORE_READ_ONLY` in mode `read` */
  writer(): StoreWriter {
    this.#assertOpen()
    const { side } = this.#parts
    if (side.mode === 'write') return side.writer
    const reason = 'it is open for reading'
    throw new StoreError('ERR_STORE_READ_ONLY', `Cannot write to the store ${this.path}: ${reason}`)
  }

  /** Waits for writes in flight, ends the snapshots and closes the files; once. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { side, snapshots, tables, onClosed } = this.#parts
    this.#log.endWaits(this.#closed())
    if (side.mode === 'write') await side.writer.close()
    else await side.flush.close()
    snapshots.close()
    await tables.root.close()
    onClosed()
  }

  get #log(): StoreWriter | ForeignFlush {
    const { side } = this.#parts
    return side.mode === 'write' ? side.writer : side.flush
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw this.#closed()
  }

  #closed(): StoreError {
    return new StoreError('ERR_STORE_CLOSED', `Cannot use the store ${this.path}: it is closed`)
  }
}
