import { parseExactJson } from '../streams/index.js'
import { parseTick } from '../values/index.js'
import type { CollectionDefinition, JsonObject } from '../wire/index.js'
import { withTreeStart, type TreeRow } from './tree-row.js'
import type { MetaTable, ReadOptions } from './layout.js'
import { readKeyOptions } from './key-options.js'
import { META, readRow, readRows, rowName } from './meta-rows.js'
import type { CopyMark, StoreCollection, StoreDatabase, StoreView } from './store-records.js'
import type { UniqueIndex } from './unique-index.js'

/** Row of a collection: what is reported of it. */
export interface CollectionRow {
  readonly id: number
  readonly databaseId: number
  readonly parameters: JsonObject
  readonly indexes: readonly JsonObject[]
}

/** Row of a collection that every write of documents reads and changes. */
export interface CountersRow {
  readonly databaseId: number
  readonly name: string
  readonly type: CollectionDefinition['type']
  readonly space: number
  readonly documents: number
  readonly bytes: number
  readonly hasReplacedRevisions: boolean
  /** The highest key of `autoincrement` that was given or made here, decimal. */
  readonly lastKey?: string | undefined
  /** Undefined in a store of the first format until it is opened for writing. */
  readonly tree?: TreeRow | undefined
  /** What is enforced; a collection without unique indexes lacks it. */
  readonly uniqueIndexes?: readonly UniqueIndex[] | undefined
}

/** Row of a view. */
export interface ViewRow {
  readonly id: number
  readonly databaseId: number
  readonly properties: JsonObject
}

/** Row that stays of what was dropped, for the markers in the log that speak of it. */
export interface DroppedRow {
  readonly kind: 'database' | 'collection' | 'view'
  readonly databaseId: number
  readonly name: string
  /** Empty for a database. */
  readonly guid: string
}

/** A collection without its counters, which change more often. */
export type CatalogCollection = Pick<StoreCollection, 'id' | 'databaseId' | 'definition'>

/** All databases, collections and views of a store at one time. */
export interface Catalog {
  /** Grows with every change of the catalog. */
  readonly version: number
  readonly databases: readonly StoreDatabase[]
  /** Documents before edges, then by name. */
  readonly collections: readonly CatalogCollection[]
  /** By name. */
  readonly views: readonly StoreView[]
}

/** Reads catalogs. Rows seldom change, so what they say is kept and told by their text. */
export class CatalogReader {
  readonly #meta: MetaTable
  #last: Catalog | undefined
  #rows = new Map<string, ParsedRow>()

  constructor(meta: MetaTable) {
    this.#meta = meta
  }

  /** The catalog that is committed, or that of a snapshot. */
  read(options?: ReadOptions): Catalog {
    const version = readCatalogVersion(this.#meta, options)
    if (this.#last?.version !== version) this.#last = this.#load(version, options)
    return this.#last
  }

  /** The catalog as the running write transaction has changed it, which may still be undone. */
  readUncommitted(): Catalog {
    const version = readCatalogVersion(this.#meta)
    return this.#last?.version === version ? this.#last : this.#load(version)
  }

  #load(version: number, options?: ReadOptions): Catalog {
    const rows = new Map<string, ParsedRow>()
    const load = <Row>(prefix: string): Row[] =>
      [...readRows(this.#meta, prefix, options)].map(({ name, text }) => {
        const known = this.#rows.get(name)
        const row = known?.text === text ? known : { text, value: parseExactJson(text) }
        rows.set(name, row)
        return row.value as Row
      })
    const catalog = {
      version,
      databases: load<StoreDatabase>(META.databases),
      collections: load<CollectionRow>(META.collections).map(toCollection).sort(compareCollections),
      views: load<ViewRow>(META.views).map(toView).sort(compareViews),
    }
    this.#rows = rows
    return catalog
  }
}

interface ParsedRow {
  readonly text: string
  readonly value: unknown
}

/** The version of the catalog; 0 in a store that is being made. */
export function readCatalogVersion(meta: MetaTable, options?: ReadOptions): number {
  return (readRow(meta, META.catalog, options) as { version: number } | undefined)?.version ?? 0
}

/** What a collection's row says. */
function toCollection({ id, databaseId, parameters, indexes }: CollectionRow): CatalogCollection {
  const name = String(parameters['name'])
  const definition = {
    name,
    type: parameters['type'] as CollectionDefinition['type'],
    globallyUniqueId: String(parameters['globallyUniqueId']),
    id: String(id),
    isSystem: name.startsWith('_'),
    isDeleted: false,
    syncByRevision: parameters['syncByRevision'] !== false,
    parameters,
    indexes,
  }
  return { id, databaseId, definition }
}

/** What a view's row says. */
export function toView({ id, databaseId, properties }: ViewRow): StoreView {
  const definition = {
    name: String(properties['name']),
    type: String(properties['type']),
    globallyUniqueId: String(properties['globallyUniqueId']),
    properties,
  }
  return { id, databaseId, definition }
}

function compareCollections(a: CatalogCollection, b: CatalogCollection): number {
  const [left, right] = [a.definition, b.definition]
  return left.type - right.type || compareNames(left.name, right.name)
}

function compareViews(a: StoreView, b: StoreView): number {
  return compareNames(a.definition.name, b.definition.name)
}

/** Upper and lower case together, as arangorestore and dump directories have them. */
function compareNames(a: string, b: string): number {
  return compareText(a.toLowerCase(), b.toLowerCase()) || compareText(a, b)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Finds a collection by its name, its local id in decimal, or its globallyUniqueId. */
export function findCollection(
  { collections }: Catalog,
  databaseId: number,
  nameIdOrGuid: string,
): CatalogCollection | undefined {
  return collections.find(
    ({ databaseId: owner, definition: { name, id, globallyUniqueId } }) =>
      owner === databaseId && [name, id, globallyUniqueId].includes(nameIdOrGuid),
  )
}

/**
 * Adds the counters, and to the parameters the last key and where the collection's tree begins,
 * unless they say so: a follower's tree has the same leaves then. Undefined when the collection is gone.
 */
export function withCounters(
  meta: MetaTable,
  collection: CatalogCollection,
  options?: ReadOptions,
): StoreCollection | undefined {
  const row = readCounters(meta, collection.id, options)
  if (row === undefined) return undefined
  const { space, documents, bytes, hasReplacedRevisions, tree, lastKey } = row
  const { definition: given, ...ids } = collection
  const parameters = withTreeStart(withLastKey(given.parameters, lastKey), tree)
  const definition = { ...given, parameters }
  return { ...ids, definition, space, documents, bytes, hasReplacedRevisions }
}

/** The parameters with the last key that the collection has given, unless they know a later one. */
function withLastKey(parameters: JsonObject, lastKey: string | undefined): JsonObject {
  if (lastKey === undefined || BigInt(lastKey) <= readKeyOptions(parameters).last) return parameters
  const keyOptions = parameters['keyOptions'] as JsonObject | null | undefined
  return { ...parameters, keyOptions: { ...keyOptions, lastValue: parseExactJson(lastKey) } }
}

/** The counters of a collection; undefined when there is no such collection. */
export function readCounters(
  meta: MetaTable,
  id: number,
  options?: ReadOptions,
): CountersRow | undefined {
  return readRow(meta, rowName(META.counters, id), options) as CountersRow | undefined
}

/** Where an unfinished copy into a database comes from. */
export function readCopyMark(
  meta: MetaTable,
  databaseId: number,
  options?: ReadOptions,
): CopyMark | undefined {
  const row = readRow(meta, rowName(META.copies, databaseId), options) as CopyRow | undefined
  if (row === undefined) return undefined
  const { tick, ...mark } = row
  return { ...mark, serverId: row.serverId, tick: tick === undefined ? undefined : parseTick(tick) }
}

/** Row of a copy mark. */
export interface CopyRow {
  readonly address: string
  readonly serverId?: string | undefined
  /** Decimal. */
  readonly tick?: string | undefined
  readonly collections?: readonly string[] | undefined
}
