import assert from 'node:assert/strict'
import { tick, type HybridClock, type Tick } from '../values/index.js'
import { formatExactJson } from '../streams/index.js'
import type { Json } from '../wire/index.js'
import { readCatalogVersion, type Catalog, type CatalogReader } from './catalog.js'
import type { Tables } from './layout.js'
import { META, putRow, readRow } from './meta-rows.js'
import { ID_MAX } from './row-keys.js'
import { encodeWalRecord, MARKER_TYPE, NO_TRANSACTION, type MarkerType } from './wal-record.js'

const APPEND = { append: true }
const NO_DATA = new Uint8Array(0)

/** Of which database, and of which collection or view there (0: of the database itself). */
export interface MarkerPlace {
  readonly databaseId: number
  readonly objectId: number
}

/**
 * What a write works with while its LMDB transaction runs: the tables, and everything that is given
 * out in order. Valid only inside the transaction.
 */
export class WriteTransaction {
  readonly tables: Tables
  readonly clock: HybridClock
  /** Decimal. */
  readonly serverId: string
  readonly #catalogs: CatalogReader
  #lastTick: Tick
  /** Id of the log's transaction that is open. */
  #transactionId = NO_TRANSACTION

  constructor(parts: {
    readonly tables: Tables
    readonly clock: HybridClock
    readonly serverId: string
    readonly catalogs: CatalogReader
    readonly lastTick: Tick
  }) {
    this.tables = parts.tables
    this.clock = parts.clock
    this.serverId = parts.serverId
    this.#catalogs = parts.catalogs
    this.#lastTick = parts.lastTick
  }

  /** Tick of the newest marker. */
  get lastTick(): Tick {
    return this.#lastTick
  }

  /** The catalog with what this transaction has changed. */
  get catalog(): Catalog {
    return this.#catalogs.readUncommitted()
  }

  /** Puts a marker into the log, with a tick of its own. */
  mark(type: MarkerType, place: MarkerPlace, data?: Json): Tick {
    const bytes = data === undefined ? NO_DATA : Buffer.from(formatExactJson(data))
    return this.markBytes(type, place, bytes, tick(this.clock.next()))
  }

  /** As {@link mark}, with finished JSON text and a tick that the clock gave for it. */
  markBytes(type: MarkerType, place: MarkerPlace, data: Uint8Array, at: Tick): Tick {
    const { databaseId, objectId } = place
    const record = { type, databaseId, objectId, transactionId: this.#transactionId, data }
    // Appending fails for a tick that is not above the last: the log would lose a marker.
    assert(this.tables.wal.putSync(at, encodeWalRecord(record), APPEND), 'ticks grow strictly')
    this.#lastTick = at
    return at
  }

  /**
   * Begins a transaction of the log. Every marker from here to {@link commit} carries its id, which is
   * the tick of the marker that is put now; readers of the log give all of them or none.
   */
  begin(databaseId: number): void {
    assert(this.#transactionId === NO_TRANSACTION, 'transactions of the log do not nest')
    this.#transactionId = tick(this.clock.next())
    const place = { databaseId, objectId: 0 }
    this.markBytes(MARKER_TYPE.begin, place, NO_DATA, this.#transactionId)
  }

  /** Ends the transaction of the log. One that fails needs no end: its begin is undone with it. */
  commit(databaseId: number): void {
    this.mark(MARKER_TYPE.commit, { databaseId, objectId: 0 })
    this.#transactionId = NO_TRANSACTION
  }

  /** Gives an id for a database, a collection, a view or a space; none is given twice. */
  nextId(): number {
    const { next } = (readRow(this.tables.meta, META.nextId) as { next: number } | undefined) ?? {
      next: 1,
    }
    if (next > ID_MAX) throw new RangeError('Cannot make an id: all 32-bit ids were used')
    putRow(this.tables.meta, META.nextId, { next: next + 1 })
    return next
  }

  /** To be called with every change of a database, a collection's definition or a view. */
  changeCatalog(): void {
    const { meta } = this.tables
    putRow(meta, META.catalog, { version: readCatalogVersion(meta) + 1 })
  }
}
