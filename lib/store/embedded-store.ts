import { formatExactJson, parseExactJson, type EntryChunk } from '../streams/index.js'
import type { OperationOptions, WriteResult } from '../replica/index.js'
import type { Tick } from '../values/index.js'
import type { CollectionDefinition, Json, JsonObject, ViewDefinition } from '../wire/index.js'
import {
  findCollection,
  readCopyMark,
  withCounters,
  type Catalog,
  type CatalogReader,
} from './catalog.js'
import { applyChunk, removeRevisions } from './chunk-writes.js'
import * as collections from './collection-writes.js'
import * as databases from './database-writes.js'
import type { ForeignFlush } from './foreign-flush.js'
import { insertDocument } from './insert-document.js'
import type { Tables } from './layout.js'
import type { LmdbSnapshot } from './lmdb-snapshot.js'
import { matchCollection } from './match-collection.js'
import { META, readRows } from './meta-rows.js'
import { rebuildTree } from './rebuild-tree.js'
import { replaceCollection, replaceView } from './replace-writes.js'
import type { SnapshotKeeper } from './snapshot-keeper.js'
import { StoreError } from './store-error.js'
import type { CopyMark, StoreCollection, StoreDatabase, StoreView } from './store-records.js'
import type { StoreSnapshot } from './store-snapshot.js'
import type { StoreWriter } from './store-writer.js'
import type {
  ApplyOptions,
  CollectionRef,
  InsertedDocument,
  NewCollection,
  NewView,
  Store,
  StoreMode,
} from './store.js'
import * as views from './view-writes.js'

/** What an {@link EmbeddedStore} is made of. */
export interface EmbeddedStoreParts {
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

/** The {@link Store} over LMDB: puts the parts together, and refuses once it is closed. */
export class EmbeddedStore implements Store {
  readonly path: string
  readonly mode: StoreMode
  readonly serverId: string
  readonly #parts: EmbeddedStoreParts
  #closing: Promise<void> | undefined

  constructor(parts: EmbeddedStoreParts) {
    this.#parts = parts
    this.path = parts.path
    this.mode = parts.side.mode
    this.serverId = parts.serverId
  }

  get lastTick(): Tick {
    const { side } = this.#parts
    return side.mode === 'write' ? side.writer.flushedTick : side.flush.flushedTick
  }

  async openSnapshot({ signal }: OperationOptions = {}): Promise<StoreSnapshot> {
    this.#assertOpen()
    return this.#parts.snapshots.open(signal)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  databases(): readonly StoreDatabase[] {
    return this.#catalog().databases
  }

  database(name: string): StoreDatabase | undefined {
    return this.databases().find((database) => database.name === name)
  }

  async createDatabase(name: string): Promise<StoreDatabase> {
    return this.#writer().write((transaction) => databases.createDatabase(transaction, name))
  }

  async dropDatabase(name: string): Promise<void> {
    await this.#writer().writeAndPurge((transaction) => {
      databases.dropDatabase(transaction, name)
    })
  }

  collections({ id }: StoreDatabase): readonly StoreCollection[] {
    const { meta } = this.#parts.tables
    return this.#catalog()
      .collections.filter(({ databaseId }) => databaseId === id)
      .map((collection) => withCounters(meta, collection))
      .filter((collection) => collection !== undefined)
  }

  collection({ id }: StoreDatabase, nameIdOrGuid: string): StoreCollection | undefined {
    const found = findCollection(this.#catalog(), id, nameIdOrGuid)
    return found && withCounters(this.#parts.tables.meta, found)
  }

  async createCollection(
    { id }: StoreDatabase,
    definition: NewCollection | CollectionDefinition,
  ): Promise<StoreCollection> {
    return this.#writer().write((transaction) =>
      collections.createCollection(transaction, id, definition),
    )
  }

  async replaceCollection(
    { id }: StoreDatabase,
    definition: CollectionDefinition,
  ): Promise<StoreCollection> {
    return this.#writer().writeAndPurge((transaction) =>
      replaceCollection(transaction, id, definition),
    )
  }

  async dropCollection(collection: CollectionRef): Promise<void> {
    await this.#writer().writeAndPurge((transaction) => {
      collections.dropCollection(transaction, collection)
    })
  }

  async truncateCollection(collection: CollectionRef): Promise<void> {
    await this.#writer().writeAndPurge((transaction) => {
      collections.truncateCollection(transaction, collection)
    })
  }

  async renameCollection(collection: CollectionRef, name: string): Promise<StoreCollection> {
    return this.#writer().write((transaction) =>
      collections.renameCollection(transaction, collection, name),
    )
  }

  async changeCollection(
    collection: CollectionRef,
    parameters: JsonObject,
  ): Promise<StoreCollection> {
    return this.#writer().write((transaction) =>
      collections.changeCollection(transaction, collection, parameters),
    )
  }

  async matchCollection(
    collection: CollectionRef,
    definition: CollectionDefinition,
  ): Promise<boolean> {
    return this.#writer().write((transaction) =>
      matchCollection(transaction, collection, definition),
    )
  }

  async createIndex(collection: CollectionRef, index: JsonObject): Promise<JsonObject> {
    return this.#writer().write((transaction) =>
      collections.createIndex(transaction, collection, index),
    )
  }

  async dropIndex(collection: CollectionRef, indexId: string): Promise<void> {
    await this.#writer().write((transaction) => {
      collections.dropIndex(transaction, collection, indexId)
    })
  }

  views({ id }: StoreDatabase): readonly StoreView[] {
    return this.#catalog().views.filter(({ databaseId }) => databaseId === id)
  }

  async createView(
    { id }: StoreDatabase,
    definition: NewView | ViewDefinition,
  ): Promise<StoreView> {
    return this.#writer().write((transaction) => views.createView(transaction, id, definition))
  }

  async replaceView({ id }: StoreDatabase, definition: ViewDefinition): Promise<StoreView> {
    return this.#writer().write((transaction) => replaceView(transaction, id, definition))
  }

  async changeView(view: Pick<StoreView, 'id'>, properties: JsonObject): Promise<StoreView> {
    return this.#writer().write((transaction) => views.changeView(transaction, view, properties))
  }

  async dropView(view: Pick<StoreView, 'id'>): Promise<void> {
    await this.#writer().write((transaction) => {
      views.dropView(transaction, view)
    })
  }

  async applyChunk(
    { id }: CollectionRef,
    chunk: EntryChunk,
    options: ApplyOptions = {},
  ): Promise<WriteResult> {
    return applyChunk(this.#writer(), id, chunk, options)
  }

  async removeRevisions(
    { id }: CollectionRef,
    revisions: BigUint64Array,
    { signal }: OperationOptions = {},
  ): Promise<WriteResult> {
    return removeRevisions(this.#writer(), id, revisions, signal)
  }

  async rebuildTree({ id }: CollectionRef, initialRangeMin?: bigint): Promise<void> {
    const openSnapshot = (): Promise<LmdbSnapshot> => this.#parts.snapshots.open(undefined)
    await rebuildTree({ writer: this.#writer(), openSnapshot, id, initialRangeMin })
  }

  async insert({ id }: CollectionRef, documentText: string | Buffer): Promise<InsertedDocument> {
    return this.#writer().write((transaction) => insertDocument(transaction, id, documentText))
  }

  copyMark({ id }: StoreDatabase): CopyMark | undefined {
    this.#assertOpen()
    return readCopyMark(this.#parts.tables.meta, id)
  }

  async setCopyMark({ id }: StoreDatabase, mark: CopyMark | undefined): Promise<void> {
    await this.#writer().write((transaction) => {
      databases.putCopyMark(transaction, id, mark)
    })
  }

  getMeta(name: string): Json {
    this.#assertOpen()
    const text = this.#parts.tables.meta.get(META.values + name)
    return text === undefined ? undefined : parseExactJson(text)
  }

  metaNames(prefix: string): readonly string[] {
    this.#assertOpen()
    const rows = readRows(this.#parts.tables.meta, META.values + prefix)
    return [...rows].map(({ name }) => name.slice(META.values.length))
  }

  async putMeta(name: string, value: Json): Promise<void> {
    const text = value === undefined ? undefined : formatExactJson(value)
    await this.#writer().write(({ tables: { meta } }) => {
      if (text === undefined) meta.removeSync(META.values + name)
      else meta.putSync(META.values + name, text)
    })
  }

  async purged(): Promise<void> {
    await this.#writer().purged()
  }

  async #close(): Promise<void> {
    const { side, snapshots, tables, onClosed } = this.#parts
    if (side.mode === 'write') await side.writer.close()
    else await side.flush.close()
    snapshots.close()
    await tables.root.close()
    onClosed()
  }

  #catalog(): Catalog {
    this.#assertOpen()
    return this.#parts.catalogs.read()
  }

  #writer(): StoreWriter {
    this.#assertOpen()
    const { side } = this.#parts
    if (side.mode === 'write') return side.writer
    const reason = 'it is open for reading'
    throw new StoreError('ERR_STORE_READ_ONLY', `Cannot write to the store ${this.path}: ${reason}`)
  }

  #assertOpen(): void {
    if (this.#closing === undefined) return
    const { path } = this
    throw new StoreError('ERR_STORE_CLOSED', `Cannot use the store ${path}: it is closed`)
  }
}
