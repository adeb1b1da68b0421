import type { Catalog, DroppedRow } from './catalog.js'
import type { MetaTable, ReadOptions } from './layout.js'
import { META, readRow, rowName } from './meta-rows.js'

/** What a marker's object is called: a collection or a view. */
export interface LoggedObject {
  readonly name: string
  readonly guid: string
}

/** Finds what the markers of the log speak of, also where it was dropped since. */
export class LogNames {
  readonly #catalog: Catalog
  readonly #meta: MetaTable
  readonly #options: ReadOptions

  constructor(catalog: Catalog, meta: MetaTable, options: ReadOptions) {
    this.#catalog = catalog
    this.#meta = meta
    this.#options = options
  }

  /** Name of a database; undefined when no such one ever was. */
  databaseName(id: number): string | undefined {
    const database = this.#catalog.databases.find((candidate) => candidate.id === id)
    return database?.name ?? this.#dropped(id)?.name
  }

  /** A collection or a view; undefined when no such one ever was. */
  object(id: number): LoggedObject | undefined {
    const { collections, views } = this.#catalog
    const found = [...collections, ...views].find((candidate) => candidate.id === id)
    if (found === undefined) return this.#dropped(id)
    const { name, globallyUniqueId: guid } = found.definition
    return { name, guid }
  }

  #dropped(id: number): DroppedRow | undefined {
    return readRow(this.#meta, rowName(META.dropped, id), this.#options) as DroppedRow | undefined
  }
}
