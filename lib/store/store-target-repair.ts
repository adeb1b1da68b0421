import type { OperationOptions, TargetRepair, WriteResult } from '../replica/index.js'
import type { EntryChunk } from '../streams/index.js'
import { minRevisionOf, type CollectionDefinition, type JsonObject } from '../wire/index.js'
import { collectionNotFound } from './collection-not-found.js'
import type { StoreDatabase } from './store-records.js'
import type { Store } from './store.js'
import type { CollectionRef } from './store-transaction.js'

/** A collection of a store that is made equal to another one. */
export class StoreTargetRepair implements TargetRepair {
  readonly #store: Store
  readonly #database: StoreDatabase
  readonly #collection: CollectionRef

  /** @param id - of the collection */
  constructor(store: Store, database: StoreDatabase, id: number) {
    this.#store = store
    this.#database = database
    this.#collection = { id }
  }

  /** Read anew each time: changes and the start of the tree show up in it. */
  get definition(): CollectionDefinition {
    const { id } = this.#collection
    const found = this.#store.collections(this.#database).find((each) => each.id === id)
    if (found === undefined) throw collectionNotFound(id)
    return found.definition
  }

  write(chunk: EntryChunk): Promise<WriteResult> {
    return this.#store.applyChunk(this.#collection, chunk, { takesRevisions: true })
  }

  async createIndexes(indexes: readonly JsonObject[]): Promise<void> {
    const options = { allowsConflicts: true }
    await Promise.all(
      indexes.map((index) => this.#store.createIndex(this.#collection, index, options)),
    )
  }

  change(definition: CollectionDefinition): Promise<boolean> {
    return this.#store.matchCollection(this.#collection, definition)
  }

  /** A tree that begins there already has the leaves that are wanted. */
  async alignTree(initialRangeMin: bigint): Promise<void> {
    if (minRevisionOf(this.definition) === initialRangeMin) return
    await this.#store.rebuildTree(this.#collection, initialRangeMin)
  }

  removeRevisions(revisions: BigUint64Array, options?: OperationOptions): Promise<WriteResult> {
    return this.#store.removeRevisions(this.#collection, revisions, options)
  }

  truncate(): Promise<void> {
    return this.#store.truncateCollection(this.#collection)
  }
}
