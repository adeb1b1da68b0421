import { chunkLines } from '../streams/index.js'
import { revision, REVISION_END } from '../values/index.js'
import { buildTree, type BuiltTree } from './build-tree.js'
import {
  readCounters,
  type CatalogCollection,
  type CatalogReader,
  type CountersRow,
} from './catalog.js'
import { requireCounters } from './collection-writes.js'
import { checkTree } from './kept-tree.js'
import type { Tables } from './layout.js'
import { META, putRow, rowName } from './meta-rows.js'
import { nextTurn } from './next-turn.js'
import type { StoreDatabase } from './store-records.js'
import type { StoreWriter } from './store-writer.js'
import type { Store, StoreOpeningOptions } from './store.js'
import { putLeaves } from './tree-pages.js'
import { emptyTreeRow, formatTreeRow, givenStart, parseTreeRow } from './tree-row.js'
import { TRANSACTION_ROWS_MAX } from './write-queue.js'
import type { WriteTransaction } from './write-transaction.js'

/** The last revision that a tree can hold. */
const LAST_KEPT = revision(REVISION_END - 1n)

/** What {@link prepareTrees} works with: a store that was just opened, and what it is made of. */
export interface TreePreparation {
  readonly store: Store
  readonly tables: Tables
  readonly catalogs: CatalogReader
  readonly writer: StoreWriter
  readonly options: StoreOpeningOptions
}

/**
 * Checks the tree of every collection, and builds those that are missing or damaged from the
 * documents' revisions. A tree is put in one transaction, of at most 4 MiB: whatever ends the
 * process, it is either whole or found to be missing again. Nobody else may write meanwhile.
 */
export async function prepareTrees(preparation: TreePreparation): Promise<void> {
  const { tables, catalogs, options } = preparation
  const { databases, collections } = catalogs.read()
  for (const collection of collections) {
    options.signal?.throwIfAborted()
    const counters = readCounters(tables.meta, collection.id)
    const database = databases.find(({ id }) => id === collection.databaseId)
    if (counters === undefined || database === undefined) continue
    const condition = checkTree(tables.tree, counters)
    await nextTurn()
    if (condition === 'fits') continue
    const task = new TreeTask(preparation, database, collection)
    if (condition === 'missing') await task.replaceRevisions()
    else task.warn((name) => `the tree of ${name} did not fit its documents; it is built again`)
    await task.build(counters)
  }
}

/** The tree of one collection that has to be built. */
class TreeTask {
  readonly #preparation: TreePreparation
  readonly #database: StoreDatabase
  readonly #collection: CatalogCollection

  constructor(
    preparation: TreePreparation,
    database: StoreDatabase,
    collection: CatalogCollection,
  ) {
    this.#preparation = preparation
    this.#database = database
    this.#collection = collection
  }

  /** Documents of the first format may have revisions that no tree holds: they get new ones. */
  async replaceRevisions(): Promise<void> {
    const { store, options } = this.#preparation
    const { signal } = options
    const snapshot = await store.openSnapshot({ signal })
    let replaced = 0
    try {
      const collection = snapshot.collection(this.#database, String(this.#collection.id))
      if (collection === undefined) return
      const lines = snapshot.readLines(collection, { form: 'bare', after: LAST_KEPT, signal })
      for await (const chunk of chunkLines(lines)) {
        replaced += (await store.applyChunk(collection, chunk, { signal })).replacedRevisions
      }
    } finally {
      snapshot.close()
    }
    if (replaced === 0) return
    this.warn((name) => `${replaced} documents of ${name} had revisions of 2^63 or more: replaced`)
  }

  async build({ space, documents, tree: row }: CountersRow): Promise<void> {
    const { tables, writer, options } = this.#preparation
    const { definition } = this.#collection
    const start = parseTreeRow(row)?.shape.initialRangeMin ?? givenStart(definition.parameters)
    const onSlice = (revisions: number): void => {
      const names = { database: this.#database.name, collection: definition.name }
      options.onTreeProgress?.({ ...names, revisions, documents })
    }
    onSlice(0)
    const source = { documents: tables.documents, space, transaction: () => undefined }
    const built = await buildTree(source, { start, signal: options.signal, onSlice })
    await writer.write((transaction) => {
      this.#put(transaction, built, start)
    }, TRANSACTION_ROWS_MAX)
    onSlice(built.tree.count)
  }

  warn(tell: (name: string) => string): void {
    const name = `"${this.#collection.definition.name}" in database "${this.#database.name}"`
    this.#preparation.options.onNotice?.({ kind: 'warning', message: tell(name) })
  }

  #put(
    transaction: WriteTransaction,
    { tree, bounds }: BuiltTree,
    start: bigint | undefined,
  ): void {
    const { id, definition } = this.#collection
    const { meta, tree: table } = transaction.tables
    const counters = requireCounters(transaction, id)
    const { count: documents, hash, shape, leaves } = tree
    putLeaves(table, counters.space, leaves)
    const isNew = documents === 0 && start === undefined
    const row = isNew
      ? emptyTreeRow(definition.parameters, transaction.clock)
      : formatTreeRow({ shape, bounds, hash, isFresh: false })
    // The count is corrected too: if that was what was wrong, no tree would ever fit.
    putRow(meta, rowName(META.counters, id), { ...counters, documents, tree: row })
  }
}
