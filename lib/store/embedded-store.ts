import type { EntryChunk } from '../streams/index.js'
import type {
  ApplyGroupsResult,
  ChangeGroup,
  LogPosition,
  OperationOptions,
  WriteResult,
} from '../replica/index.js'
import type { CollectionDefinition, Json, JsonObject, ViewDefinition } from '../wire/index.js'
import { applyChunk, removeRevisions } from './chunk-writes.js'
import * as collections from './collection-writes.js'
import * as databases from './database-writes.js'
import * as indexes from './index-writes.js'
import { putValue } from './kept-values.js'
import type { LmdbSnapshot } from './lmdb-snapshot.js'
import type { DocumentOperation, WrittenDocument } from './document-operation.js'
import type { DocumentWriter } from './document-writer.js'
import { applyGroups } from './follow-groups.js'
import { removePosition } from './follow-position.js'
import { makeIndex } from './index-creation.js'
import { insertion, placement, removeDocument, withDocumentWriter } from './local-writes.js'
import { trimLog } from './log-trim.js'
import { matchCollection } from './match-collection.js'
import { rebuildTree } from './rebuild-tree.js'
import { replaceCollection, replaceView } from './replace-writes.js'
import { runTransaction } from './run-transaction.js'
import type { CopyMark, StoreCollection, StoreDatabase, StoreView } from './store-records.js'
import { StoreReads } from './store-reads.js'
import type { NewCollection, NewView, Store } from './store.js'
import type {
  ApplyGroupsOptions,
  ApplyOptions,
  CreateIndexOptions,
  TransactionOptions,
} from './write-options.js'
import type { CollectionRef, InsertedDocument, StoreTransaction } from './store-transaction.js'
import type { TrimLogOptions, TrimLogResult } from './trim-log-options.js'
import * as views from './view-writes.js'
import { writeDocument } from './write-document.js'

/** The {@link Store} over LMDB: puts the parts together, and refuses once it is closed. */
export class EmbeddedStore extends StoreReads implements Store {
  async trimLog(options: TrimLogOptions): Promise<TrimLogResult> {
    return trimLog(this.handle.writer(), options)
  }

  async createDatabase(name: string): Promise<StoreDatabase> {
    return this.handle.writer().write((transaction) => databases.createDatabase(transaction, name))
  }

  async dropDatabase(name: string): Promise<void> {
    await this.handle.writer().writeAndPurge((transaction) => {
      databases.dropDatabase(transaction, name)
    })
  }

  async createCollection(
    { id }: StoreDatabase,
    definition: NewCollection | CollectionDefinition,
  ): Promise<StoreCollection> {
    return this.handle
      .writer()
      .write((transaction) => collections.createCollection(transaction, id, definition))
  }

  async replaceCollection(
    { id }: StoreDatabase,
    definition: CollectionDefinition,
  ): Promise<StoreCollection> {
    return this.handle
      .writer()
      .writeAndPurge((transaction) => replaceCollection(transaction, id, definition))
  }

  async dropCollection(collection: CollectionRef): Promise<void> {
    await this.handle.writer().writeAndPurge((transaction) => {
      collections.dropCollection(transaction, collection)
    })
  }

  async truncateCollection(collection: CollectionRef): Promise<void> {
    await this.handle.writer().writeAndPurge((transaction) => {
      collections.truncateCollection(transaction, collection)
    })
  }

  async renameCollection(collection: CollectionRef, name: string): Promise<StoreCollection> {
    return this.handle
      .writer()
      .write((transaction) => collections.renameCollection(transaction, collection, name))
  }

  async changeCollection(
    collection: CollectionRef,
    parameters: JsonObject,
  ): Promise<StoreCollection> {
    return this.handle
      .writer()
      .write((transaction) => collections.changeCollection(transaction, collection, parameters))
  }

  async matchCollection(
    collection: CollectionRef,
    definition: CollectionDefinition,
  ): Promise<boolean> {
    const writer = this.handle.writer()
    const isChanged = await writer.writeAndPurge((transaction) =>
      matchCollection(transaction, collection, definition),
    )
    await writer.buildIndexes()
    return isChanged
  }

  async createIndex(
    collection: CollectionRef,
    index: JsonObject,
    { allowsConflicts = false, signal }: CreateIndexOptions = {},
  ): Promise<JsonObject> {
    const writer = this.handle.writer()
    if (!allowsConflicts) return makeIndex(writer, collection, index, signal)
    const made = await writer.writeAndPurge((transaction) =>
      indexes.createIndex(transaction, collection, index),
    )
    await writer.buildIndexes(signal)
    return made
  }

  async dropIndex(collection: CollectionRef, indexId: string): Promise<void> {
    await this.handle.writer().writeAndPurge((transaction) => {
      indexes.dropIndex(transaction, collection, indexId)
    })
  }

  async createView(
    { id }: StoreDatabase,
    definition: NewView | ViewDefinition,
  ): Promise<StoreView> {
    return this.handle
      .writer()
      .write((transaction) => views.createView(transaction, id, definition))
  }

  async replaceView({ id }: StoreDatabase, definition: ViewDefinition): Promise<StoreView> {
    return this.handle.writer().write((transaction) => replaceView(transaction, id, definition))
  }

  async changeView(view: Pick<StoreView, 'id'>, properties: JsonObject): Promise<StoreView> {
    return this.handle
      .writer()
      .write((transaction) => views.changeView(transaction, view, properties))
  }

  async dropView(view: Pick<StoreView, 'id'>): Promise<void> {
    await this.handle.writer().write((transaction) => {
      views.dropView(transaction, view)
    })
  }

  async applyChunk(
    { id }: CollectionRef,
    chunk: EntryChunk,
    options: ApplyOptions = {},
  ): Promise<WriteResult> {
    return applyChunk(this.handle.writer(), id, chunk, options)
  }

  async removeRevisions(
    { id }: CollectionRef,
    revisions: BigUint64Array,
    { signal }: OperationOptions = {},
  ): Promise<WriteResult> {
    return removeRevisions(this.handle.writer(), id, revisions, signal)
  }

  async rebuildTree({ id }: CollectionRef, initialRangeMin?: bigint): Promise<void> {
    const openSnapshot = (): Promise<LmdbSnapshot> => this.handle.openSnapshot(undefined)
    await rebuildTree({ writer: this.handle.writer(), openSnapshot, id, initialRangeMin })
  }

  async write({ id }: CollectionRef, operation: DocumentOperation): Promise<WrittenDocument> {
    return this.#writeDocuments(id, (writer) => writeDocument(writer, operation))
  }

  async insert(ref: CollectionRef, documentText: string | Buffer): Promise<InsertedDocument> {
    return this.write(ref, insertion(documentText))
  }

  async put(ref: CollectionRef, documentText: string | Buffer): Promise<InsertedDocument> {
    return this.write(ref, placement(documentText))
  }

  async remove({ id }: CollectionRef, key: string): Promise<boolean> {
    return this.#writeDocuments(id, (writer) => removeDocument(writer, key))
  }

  async transaction<Result>(
    { id }: StoreDatabase,
    body: (operations: StoreTransaction) => Result,
    options?: TransactionOptions,
  ): Promise<Result> {
    return runTransaction(this.handle.writer(), id, body, options)
  }

  async setCopyMark(
    { id }: StoreDatabase,
    mark: CopyMark | undefined,
    position?: LogPosition,
  ): Promise<void> {
    await this.handle.writer().write((transaction) => {
      if (mark === undefined) databases.removeCopyMark(transaction, id, position)
      else databases.putCopyMark(transaction, id, mark)
    })
  }

  async forgetPosition(database: StoreDatabase | undefined): Promise<void> {
    await this.handle.writer().write(({ tables: { meta } }) => {
      removePosition(meta, database?.id)
    })
  }

  async applyGroups(
    groups: readonly ChangeGroup[],
    position: LogPosition,
    options: ApplyGroupsOptions = {},
  ): Promise<ApplyGroupsResult> {
    return applyGroups(this.handle.writer(), groups, position, options)
  }

  async putMeta(name: string, value: Json): Promise<void> {
    await this.handle.writer().write(({ tables: { meta } }) => {
      putValue(meta, name, value)
    })
  }

  async purged(): Promise<void> {
    await this.handle.writer().purged()
  }

  #writeDocuments<Result>(id: number, write: (writer: DocumentWriter) => Result): Promise<Result> {
    return this.handle.writer().write((transaction) => withDocumentWriter(transaction, id, write))
  }
}
