import type { MerkleTree } from '../merkle/index.js'
import type { KeyedRevision, OperationOptions, ReplicaNotice } from '../replica/index.js'
import { parseTick, type Revision, type Tick } from '../values/index.js'
import {
  findCollection,
  readCopyMark,
  readCounters,
  withCounters,
  type Catalog,
  type CatalogReader,
  type CountersRow,
} from './catalog.js'
import { buildTree } from './build-tree.js'
import type { ChunkBudget } from './chunk-budget.js'
import { collectionNotFound } from './collection-not-found.js'
import { scanPosition, scanRevisions, toRevisions, type ScanSource } from './document-scan.js'
import { findChunk, readBlocks, type LineSource } from './dump-chunk.js'
import type { KeyPage } from './key-page.js'
import { readKeyPage } from './key-scan.js'
import type { ReadTransaction, Tables } from './layout.js'
import { readLogChunk } from './log-chunk.js'
import { LogNames } from './log-names.js'
import { firstLogTick, type LogSource } from './log-scan.js'
import { META, readRow } from './meta-rows.js'
import { readTree } from './kept-tree.js'
import { nextTurn } from './next-turn.js'
import { readRemoved } from './removed-log.js'
import { DocumentKey, KeyKey, readU32 } from './row-keys.js'
import { StoreError } from './store-error.js'
import type { CopyMark, StoreCollection, StoreDatabase, StoreView } from './store-records.js'
import type {
  ChunkRange,
  DumpChunk,
  LinesThrough,
  LogChunk,
  LogRange,
  RevisionPage,
  StoreSnapshot,
} from './store-snapshot.js'
import { givenStart, parseTreeRow } from './tree-row.js'
import type { ClockRow } from './write-queue.js'

const SLICE_REVISIONS = 8192

/** What a snapshot is made of. */
export interface LmdbSnapshotParts {
  readonly tables: Tables
  readonly catalogs: CatalogReader
  readonly budget: ChunkBudget
  readonly onNotice: ((notice: ReplicaNotice) => void) | undefined
  /** Called once, when the transaction has ended. */
  readonly onEnd: (snapshot: LmdbSnapshot) => void
}

/** A {@link StoreSnapshot}: a counted read transaction, and reads that all go through it. */
export class LmdbSnapshot implements StoreSnapshot {
  readonly lastTick: Tick
  readonly #parts: LmdbSnapshotParts
  #transaction: ReadTransaction | undefined
  #references = 1
  #isDoorOpen = true
  #catalog: Catalog | undefined

  constructor(parts: LmdbSnapshotParts) {
    this.#parts = parts
    const { root, meta } = parts.tables
    // Two turns of the same read transaction may be old; one begun now sees every commit.
    root.resetReadTxn()
    const transaction = root.useReadTransaction()
    this.#transaction = transaction
    this.lastTick = parseTick(
      (readRow(meta, META.clock, { transaction }) as ClockRow | undefined)?.tick ?? '0',
    )
  }

  get isOpen(): boolean {
    return this.#transaction !== undefined
  }

  /** @throws StoreError `ERR_SNAPSHOT_CLOSED` once the transaction has ended */
  assertOpen(): void {
    this.#use()
  }

  acquire(): void {
    if (!this.#isDoorOpen) throw snapshotClosed()
    this.#references += 1
  }

  release(): void {
    if (this.#references <= 0) throw new RangeError('Cannot release the snapshot: not acquired')
    this.#references -= 1
    if (this.#references === 0) this.end()
  }

  close(): void {
    if (!this.#isDoorOpen) return
    this.#isDoorOpen = false
    this.release()
  }

  /** Ends the transaction whoever holds references; every read refuses from now on. */
  end(): void {
    this.#isDoorOpen = false
    const transaction = this.#transaction
    if (transaction === undefined) return
    this.#transaction = undefined
    transaction.done()
    this.#parts.onEnd(this)
  }

  databases(): readonly StoreDatabase[] {
    return this.#readCatalog().databases
  }

  database(name: string): StoreDatabase | undefined {
    return this.databases().find((database) => database.name === name)
  }

  collections({ id }: StoreDatabase): readonly StoreCollection[] {
    const { meta } = this.#parts.tables
    const options = { transaction: this.#use() }
    return this.#readCatalog()
      .collections.filter(({ databaseId }) => databaseId === id)
      .map((collection) => withCounters(meta, collection, options))
      .filter((collection) => collection !== undefined)
  }

  collection({ id }: StoreDatabase, nameIdOrGuid: string): StoreCollection | undefined {
    const found = findCollection(this.#readCatalog(), id, nameIdOrGuid)
    if (found === undefined) return undefined
    return withCounters(this.#parts.tables.meta, found, { transaction: this.#use() })
  }

  views({ id }: StoreDatabase): readonly StoreView[] {
    return this.#readCatalog().views.filter(({ databaseId }) => databaseId === id)
  }

  copyMark({ id }: StoreDatabase): CopyMark | undefined {
    return readCopyMark(this.#parts.tables.meta, id, { transaction: this.#use() })
  }

  document({ space }: StoreCollection, key: string): Buffer | undefined {
    const { keys, documents } = this.#parts.tables
    const transaction = this.#use()
    const bytes = Buffer.from(key)
    const keyKey = new KeyKey().set(space, bytes, 0, bytes.length)
    const revision = keys.getBinary(keyKey, { transaction })
    if (revision === undefined) return undefined
    const documentKey = new DocumentKey().set(space, readU32(revision, 0), readU32(revision, 4))
    return documents.getBinary(documentKey, { transaction })
  }

  documentByRevision({ space }: StoreCollection, revision: Revision): Buffer | undefined {
    const key = new DocumentKey().setRevision(space, revision)
    return this.#parts.tables.documents.getBinary(key, { transaction: this.#use() })
  }

  async readRevisions(
    collection: StoreCollection,
    { from, through, limit, signal }: RevisionPage,
  ): Promise<BigUint64Array> {
    const found: number[] = []
    const source = this.#source(collection)
    const position = scanPosition(collection.space, undefined, through)
    position.start.setRevision(collection.space, from)
    while (found.length < 2 * limit) {
      signal?.throwIfAborted()
      const wanted = Math.min(SLICE_REVISIONS, limit - found.length / 2)
      const slice = scanRevisions(source, position, wanted)
      found.push(...slice)
      if (slice.length < 2 * wanted) break
      await nextTurn()
    }
    return toRevisions(found)
  }

  readKeys({ space }: StoreCollection, page: KeyPage): Promise<KeyedRevision[]> {
    const { keys } = this.#parts.tables
    return readKeyPage({ keys, space, transaction: () => this.#use() }, page)
  }

  async tree(collection: StoreCollection, { signal }: OperationOptions = {}): Promise<MerkleTree> {
    const { tables, onNotice } = this.#parts
    const transaction = this.#use()
    const counters = this.counters(collection)
    if (counters === undefined) throw collectionNotFound(collection.id)
    const kept = readTree(tables.tree, counters, { transaction })
    if (kept !== undefined) return kept
    const { name, parameters } = collection.definition
    const what = counters.tree === undefined ? 'is missing' : 'does not fit its documents'
    const message = `the tree of "${name}" ${what}; it is built from the documents for now`
    onNotice?.({ kind: 'warning', message })
    const start = parseTreeRow(counters.tree)?.shape.initialRangeMin ?? givenStart(parameters)
    const source = this.#source({ ...collection, space: counters.space })
    return (await buildTree(source, { start, signal })).tree
  }

  /** What the snapshot counts of a collection; undefined when it does not have it. */
  counters({ id }: Pick<StoreCollection, 'id'>): CountersRow | undefined {
    return readCounters(this.#parts.tables.meta, id, { transaction: this.#use() })
  }

  /** The documents of a space, for scans that go on as long as the snapshot does. */
  scanSource(space: number): ScanSource {
    return { documents: this.#parts.tables.documents, space, transaction: () => this.#use() }
  }

  findChunk(collection: StoreCollection, range: ChunkRange): Promise<DumpChunk> {
    return findChunk(this.#source(collection), range, this.#parts.budget)
  }

  async *readLines(
    collection: StoreCollection,
    range: LinesThrough,
  ): AsyncGenerator<Buffer, void, undefined> {
    // Whoever holds a reference may begin to read, even after the door was shut.
    this.#use()
    this.#references += 1
    try {
      yield* readBlocks(this.#source(collection), range)
    } finally {
      this.release()
    }
  }

  get firstTick(): Tick | undefined {
    return firstLogTick(this.#logSource())
  }

  get removedTick(): Tick {
    return readRemoved(this.#parts.tables.meta, { transaction: this.#use() }).tick
  }

  async readLog({ through = this.lastTick, ...range }: LogRange): Promise<LogChunk> {
    const names = new LogNames(this.#readCatalog(), this.#parts.tables.meta, {
      transaction: this.#use(),
    })
    const end = through < this.lastTick ? through : this.lastTick
    return readLogChunk(this.#logSource(), names, { ...range, through: end })
  }

  #logSource(): LogSource {
    return { wal: this.#parts.tables.wal, transaction: () => this.#use() }
  }

  #source({ space, bytes, definition: { type } }: StoreCollection): LineSource {
    const { documents } = this.#parts.tables
    return { documents, space, type, bytes, transaction: () => this.#use() }
  }

  #readCatalog(): Catalog {
    const transaction = this.#use()
    this.#catalog ??= this.#parts.catalogs.read({ transaction })
    return this.#catalog
  }

  /** lmdb would answer after the end of the transaction, with anything. */
  #use(): ReadTransaction {
    if (this.#transaction === undefined) throw snapshotClosed()
    return this.#transaction
  }
}

function snapshotClosed(): StoreError {
  return new StoreError('ERR_SNAPSHOT_CLOSED', 'Cannot read the snapshot: it is closed')
}
