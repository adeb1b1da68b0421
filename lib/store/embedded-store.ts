import type { EntryChunk } from '../streams/index.js'
import type {
  ApplyGroupsResult,
  ChangeGroup,
  LogPosition,
  OperationOptions,
  WriteResult,
} from '../replica/index.js'
import type { Tick } from '../values/index.js'
import type { CollectionDefinition, Json, JsonObject, ViewDefinition } from '../wire/index.js'
import { findCollection, readCopyMark, withCounters } from './catalog.js'
import { applyChunk, removeRevisions } from './chunk-writes.js'
import * as collections from './collection-writes.js'
import * as databases from './database-writes.js'
import { putValue, readValue, valueNames } from './kept-values.js'
import type { LmdbSnapshot } from './lmdb-snapshot.js'
import type { DocumentWriter } from './document-writer.js'
import { applyGroups } from './follow-groups.js'
import { readPosition } from './follow-position.js'
import { insertDocument, putDocument, removeDocument, withDocumentWriter } from './local-writes.js'
import { trimLog } from './log-trim.js'
import { matchCollection } from './match-collection.js'
import { rebuildTree } from './rebuild-tree.js'
import { countMarkers } from './removed-log.js'
import { replaceCollection, replaceView } from './replace-writes.js'
import { runTransaction } from './run-transaction.js'
import type { StoreHandle } from './store-handle.js'
import type { CopyMark, StoreCollection, StoreDatabase, StoreView } from './store-records.js'
import type { StoreSnapshot } from './store-snapshot.js'
import type {
  ApplyGroupsOptions,
  ApplyOptions,
  CollectionRef,
  InsertedDocument,
  NewCollection,
  NewView,
  Store,
  StoreMode,
  StoreTransaction,
} from './store.js'
import type { WaitForTickOptions } from './tick-waiters.js'
import type { TrimLogOptions, TrimLogResult } from './trim-log-options.js'
import * as views from './view-writes.js'

/** The {@link Store} over LMDB: puts the parts together, and refuses once it is closed. */
export class EmbeddedStore implements Store {
  readonly path: string
  readonly mode: StoreMode
  readonly serverId: string
  readonly #handle: StoreHandle

  constructor(handle: StoreHandle) {
    this.#handle = handle
    this.path = handle.path
    this.mode = handle.mode
    this.serverId = handle.serverId
  }

  get lastTick(): Tick {
    return this.#handle.lastTick
  }

  async waitForTick(after: Tick, options: WaitForTickOptions): Promise<Tick> {
    return this.#handle.waitForTick(after, options)
  }

  get markerCount(): number {
    return countMarkers(this.#handle.tables())
  }

  async trimLog(options: TrimLogOptions): Promise<TrimLogResult> {
    return trimLog(this.#handle.writer(), options)
  }

  async openSnapshot({ signal }: OperationOptions = {}): Promise<StoreSnapshot> {
    return this.#handle.openSnapshot(signal)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  databases(): readonly StoreDatabase[] {
    return this.#handle.catalog().databases
  }

  database(name: string): StoreDatabase | undefined {
    return this.databases().find((database) => database.name === name)
  }

  async createDatabase(name: string): Promise<StoreDatabase> {
    return this.#handle.writer().write((transaction) => databases.createDatabase(transaction, name))
  }

  async dropDatabase(name: string): Promise<void> {
    await this.#handle.writer().writeAndPurge((transaction) => {
      databases.dropDatabase(transaction, name)
    })
  }

  collections({ id }: StoreDatabase): readonly StoreCollection[] {
    const { meta } = this.#handle.tables()
    return this.#handle
      .catalog()
      .collections.filter(({ databaseId }) => databaseId === id)
      .map((collection) => withCounters(meta, collection))
      .filter((collection) => collection !== undefined)
  }

  collection({ id }: StoreDatabase, nameIdOrGuid: string): StoreCollection | undefined {
    const found = findCollection(this.#handle.catalog(), id, nameIdOrGuid)
    return found && withCounters(this.#handle.tables().meta, found)
  }

  async createCollection(
    { id }: StoreDatabase,
    definition: NewCollection | CollectionDefinition,
  ): Promise<StoreCollection> {
    return this.#handle
      .writer()
      .write((transaction) => collections.createCollection(transaction, id, definition))
  }

  async replaceCollection(
    { id }: StoreDatabase,
    definition: CollectionDefinition,
  ): Promise<StoreCollection> {
    return this.#handle
      .writer()
      .writeAndPurge((transaction) => replaceCollection(transaction, id, definition))
  }

  async dropCollection(collection: CollectionRef): Promise<void> {
    await this.#handle.writer().writeAndPurge((transaction) => {
      collections.dropCollection(transaction, collection)
    })
  }

  async truncateCollection(collection: CollectionRef): Promise<void> {
    await this.#handle.writer().writeAndPurge((transaction) => {
      collections.truncateCollection(transaction, collection)
    })
  }

  async renameCollection(collection: CollectionRef, name: string): Promise<StoreCollection> {
    return this.#handle
      .writer()
      .write((transaction) => collections.renameCollection(transaction, collection, name))
  }

  async changeCollection(
    collection: CollectionRef,
    parameters: JsonObject,
  ): Promise<StoreCollection> {
    return this.#handle
      .writer()
      .write((transaction) => collections.changeCollection(transaction, collection, parameters))
  }

  async matchCollection(
    collection: CollectionRef,
    definition: CollectionDefinition,
  ): Promise<boolean> {
    return this.#handle
      .writer()
      .write((transaction) => matchCollection(transaction, collection, definition))
  }

  async createIndex(collection: CollectionRef, index: JsonObject): Promise<JsonObject> {
    return this.#handle
      .writer()
      .write((transaction) => collections.createIndex(transaction, collection, index))
  }

  async dropIndex(collection: CollectionRef, indexId: string): Promise<void> {
    await this.#handle.writer().write((transaction) => {
      collections.dropIndex(transaction, collection, indexId)
    })
  }

  views({ id }: StoreDatabase): readonly StoreView[] {
    return this.#handle.catalog().views.filter(({ databaseId }) => databaseId === id)
  }

  async createView(
    { id }: StoreDatabase,
    definition: NewView | ViewDefinition,
  ): Promise<StoreView> {
    return this.#handle
      .writer()
      .write((transaction) => views.createView(transaction, id, definition))
  }

  async replaceView({ id }: StoreDatabase, definition: ViewDefinition): Promise<StoreView> {
    return this.#handle.writer().write((transaction) => replaceView(transaction, id, definition))
  }

  async changeView(view: Pick<StoreView, 'id'>, properties: JsonObject): Promise<StoreView> {
    return this.#handle
      .writer()
      .write((transaction) => views.changeView(transaction, view, properties))
  }

  async dropView(view: Pick<StoreView, 'id'>): Promise<void> {
    await this.#handle.writer().write((transaction) => {
      views.dropView(transaction, view)
    })
  }

  async applyChunk(
    { id }: CollectionRef,
    chunk: EntryChunk,
    options: ApplyOptions = {},
  ): Promise<WriteResult> {
    return applyChunk(this.#handle.writer(), id, chunk, options)
  }

  async removeRevisions(
    { id }: CollectionRef,
    revisions: BigUint64Array,
    { signal }: OperationOptions = {},
  ): Promise<WriteResult> {
    return removeRevisions(this.#handle.writer(), id, revisions, signal)
  }

  async rebuildTree({ id }: CollectionRef, initialRangeMin?: bigint): Promise<void> {
    const openSnapshot = (): Promise<LmdbSnapshot> => this.#handle.openSnapshot(undefined)
    await rebuildTree({ writer: this.#handle.writer(), openSnapshot, id, initialRangeMin })
  }

  async insert({ id }: CollectionRef, documentText: string | Buffer): Promise<InsertedDocument> {
    return this.#writeDocuments(id, (writer) => insertDocument(writer, documentText))
  }

  async put({ id }: CollectionRef, documentText: string | Buffer): Promise<InsertedDocument> {
    return this.#writeDocuments(id, (writer) => putDocument(writer, documentText))
  }

  async remove({ id }: CollectionRef, key: string): Promise<boolean> {
    return this.#writeDocuments(id, (writer) => removeDocument(writer, key))
  }

  async transaction<Result>(
    { id }: StoreDatabase,
    body: (operations: StoreTransaction) => Result,
  ): Promise<Result> {
    return runTransaction(this.#handle.writer(), id, body)
  }

  copyMark({ id }: StoreDatabase): CopyMark | undefined {
    return readCopyMark(this.#handle.tables().meta, id)
  }

  async setCopyMark(
    { id }: StoreDatabase,
    mark: CopyMark | undefined,
    position?: LogPosition,
  ): Promise<void> {
    await this.#handle.writer().write((transaction) => {
      if (mark === undefined) databases.removeCopyMark(transaction, id, position)
      else databases.putCopyMark(transaction, id, mark)
    })
  }

  followPosition(database: StoreDatabase | undefined): LogPosition | undefined {
    return readPosition(this.#handle.tables().meta, database?.id)
  }

  async applyGroups(
    groups: readonly ChangeGroup[],
    position: LogPosition,
    options: ApplyGroupsOptions = {},
  ): Promise<ApplyGroupsResult> {
    return applyGroups(this.#handle.writer(), groups, position, options)
  }

  getMeta(name: string): Json {
    return readValue(this.#handle.tables().meta, name)
  }

  metaNames(prefix: string): readonly string[] {
    return valueNames(this.#handle.tables().meta, prefix)
  }

  async putMeta(name: string, value: Json): Promise<void> {
    await this.#handle.writer().write(({ tables: { meta } }) => {
      putValue(meta, name, value)
    })
  }

  async purged(): Promise<void> {
    await this.#handle.writer().purged()
  }

  #writeDocuments<Result>(id: number, write: (writer: DocumentWriter) => Result): Promise<Result> {
    return this.#handle.writer().write((transaction) => withDocumentWriter(transaction, id, write))
  }
}
