import type { EntryChunk } from '../streams/index.js'
import type { CollectionDefinition, JsonObject } from '../wire/index.js'
import type { OperationOptions, WriteResult } from './operation.js'

/** A collection that is being filled. */
export interface TargetCollection {
  /** Writes the entries of a chunk in order; they are durable when the promise resolves. */
  write(chunk: EntryChunk): Promise<WriteResult>
  /**
   * Writes documents that are in no other chunk of the copy. Several chunks may be under way at one
   * time, which together cost less; each is durable when its promise resolves.
   */
  writeApart?(chunk: EntryChunk): Promise<WriteResult>
  /** Makes the indexes of the definition. */
  createIndexes(indexes: readonly JsonObject[]): Promise<void>
  /**
   * Says that all of the collection has been written. Without it, that is so when the copy is finished.
   */
  finish?(): Promise<void>
}

/** A collection that is made equal to another one by moving what differs. */
export interface TargetRepair extends TargetCollection {
  /** Its definition, as {@link SnapshotInventory} of the target tells it; the name is the asked one. */
  readonly definition: CollectionDefinition
  /**
   * Writes as {@link TargetCollection.write} does, but where another document has the revision of
   * one, that other document is removed, so that each document keeps the revision it comes with.
   */
  write(chunk: EntryChunk): Promise<WriteResult>
  /**
   * Makes the properties and indexes those of the definition; indexes that it lacks are dropped.
   *
   * @returns true when something had to be changed
   */
  change(definition: CollectionDefinition): Promise<boolean>
  /**
   * Moves the kept tree to a range that begins there, so that its leaves fall on another tree's.
   * Where it is missing, another tree has to be built to compare with.
   */
  alignTree?(initialRangeMin: bigint): Promise<void>
  /**
   * Removes the documents that have these revisions; those that are not there are passed over.
   *
   * @returns how many were removed, as `removals`, and their bytes
   */
  removeRevisions(revisions: BigUint64Array, options?: OperationOptions): Promise<WriteResult>
  /**
   * Writes as {@link TargetCollection.write} does, but what a unique index of the target refuses is
   * given back. Only with {@link removeKeys}.
   */
  tryWrite?(chunk: EntryChunk): Promise<TriedWrite>
  /**
   * Removes the documents that have these keys; those that are not there are passed over. With it a
   * collection that cannot be compared by revision is compared by content, and not copied as a whole:
   * the target may give its documents revisions of its own.
   *
   * @returns how many were removed
   */
  removeKeys?(keys: readonly string[]): Promise<number>
  /** Removes all documents. */
  truncate(): Promise<void>
}

/** What came of {@link TargetRepair.tryWrite}. */
export interface TriedWrite {
  readonly result: WriteResult
  /** The entries that another document stands in the way of; undefined when there are none. */
  readonly refused: EntryChunk | undefined
}
