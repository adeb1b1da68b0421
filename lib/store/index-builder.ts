import type { ReplicaNotice } from '../replica/index.js'
import { readCounters, type CatalogReader } from './catalog.js'
import { IndexBuild } from './index-build.js'
import type { Tables } from './layout.js'
import { META, rowName } from './meta-rows.js'
import type { UniqueIndex } from './unique-index.js'
import { nextBuild, putEnforced } from './unique-writes.js'
import type { WriteQueue } from './write-queue.js'
import type { WriteTransaction } from './write-transaction.js'

/** What an {@link IndexBuilder} works with. */
export interface IndexBuilderParts {
  readonly queue: WriteQueue
  readonly tables: Tables
  readonly catalogs: CatalogReader
  readonly onNotice?: ((notice: ReplicaNotice) => void) | undefined
}

/**
 * Builds the unique indexes whose definitions came with documents there: from a store of an older
 * version, or from another replica. Their documents stay whatever they are. They are of somebody who
 * says that they are unique, and if that is not true yet, a change on its way will make it so; it is
 * told where they are not.
 */
export class IndexBuilder {
  readonly #parts: IndexBuilderParts
  #running: Promise<void> | undefined

  constructor(parts: IndexBuilderParts) {
    this.#parts = parts
  }

  /**
   * Builds all that there is to build; what is left when the process ends goes on at the next open.
   *
   * @throws the signal's reason
   */
  async run(signal?: AbortSignal): Promise<void> {
    const { meta } = this.#parts.tables
    while (nextBuild(meta) !== undefined) {
      signal?.throwIfAborted()
      await (this.#running === undefined ? this.#begin(signal) : this.#waitForOther())
    }
  }

  async #begin(signal: AbortSignal | undefined): Promise<void> {
    this.#running = this.#buildAll(signal)
    try {
      await this.#running
    } finally {
      this.#running = undefined
    }
  }

  /** What ends the run of another caller is no concern of this one, which then begins its own. */
  async #waitForOther(): Promise<void> {
    await Promise.allSettled([this.#running])
  }

  async #buildAll(signal: AbortSignal | undefined): Promise<void> {
    const { tables } = this.#parts
    for (;;) {
      const id = nextBuild(tables.meta)
      if (id === undefined) return
      await this.#buildCollection(id, signal)
    }
  }

  async #buildCollection(id: number, signal: AbortSignal | undefined): Promise<void> {
    const { tables, queue } = this.#parts
    const indexes = readCounters(tables.meta, id)?.uniqueIndexes ?? []
    // One that is added meanwhile has a turn of its own.
    const numbers = new Set(
      indexes.filter(({ isBuilding }) => isBuilding === true).map(({ number }) => number),
    )
    const isBuilt = ({ number }: UniqueIndex): boolean => numbers.has(number)
    const build = new IndexBuild(queue, { id, isBuilt, isStrict: false })
    const repeats = await build.run(signal)
    await queue.write((transaction) => {
      finish(transaction, id, isBuilt)
    })
    if (repeats > 0) this.#warn(id, repeats, indexes.filter(isBuilt))
  }

  #warn(id: number, repeats: number, indexes: readonly UniqueIndex[]): void {
    const { catalogs, onNotice } = this.#parts
    const { collections, databases } = catalogs.read()
    const found = collections.find((collection) => collection.id === id)
    const database = databases.find((each) => each.id === found?.databaseId)
    if (found === undefined || database === undefined) return
    const place = `"${found.definition.name}" in database "${database.name}"`
    const names = indexes.map(({ name }) => `"${name}"`).join(', ')
    const reason = `have values that another one has too (unique index ${names})`
    const message = `${repeats} documents of ${place} ${reason}; they stay, new ones are refused`
    onNotice?.({ kind: 'warning', message })
  }
}

function finish(
  transaction: WriteTransaction,
  id: number,
  isBuilt: (index: UniqueIndex) => boolean,
): void {
  const { meta } = transaction.tables
  const { uniqueIndexes: old = [] } = readCounters(meta, id) ?? {}
  const indexes = old.map((index) => (isBuilt(index) ? { ...index, isBuilding: undefined } : index))
  if (old.some(isBuilt)) putEnforced(transaction, id, indexes)
  if (!indexes.some(({ isBuilding }) => isBuilding === true)) {
    meta.removeSync(rowName(META.builds, id))
  }
}
