import { formatTick, type Tick } from '../values/index.js'
import type {
  CollectionDefinition,
  Json,
  JsonObject,
  ViewDefinition,
} from './collection-definition.js'
import { formatLogState, readLogState, type LogState } from './logger-state.js'
import {
  formatCollectionDefinition,
  readCollectionDefinition,
  readViewDefinition,
} from './parse-collection-definition.js'
import {
  asArray,
  asObject,
  asText,
  asTick,
  attribute,
  optional,
  read,
  type Reader,
} from './reader.js'

/** An entry of an inventory. */
export interface InventoryCollection extends CollectionDefinition {
  /**
   * Told by tidemark alone, and only when true: documents could not keep the revision they came
   * with, so that comparing by revision with their source means nothing.
   */
  readonly hasReplacedRevisions?: boolean
}

/** What an inventory tells of one database. */
export interface DatabaseInventory {
  /** Attributes of the database; undefined for servers before 3.7 and for a single collection. */
  readonly properties: JsonObject | undefined
  readonly collections: readonly InventoryCollection[]
  readonly views: readonly ViewDefinition[]
}

/** Answer of `GET inventory` for one database. */
export interface Inventory extends DatabaseInventory {
  /** Undefined where a server leaves it out; never to be used as a position (server notes, 3). */
  readonly state: LogState | undefined
  readonly tick: Tick | undefined
}

/** Answer of `GET inventory?global=true`. */
export interface GlobalInventory {
  readonly databases: readonly NamedDatabaseInventory[]
  readonly state: LogState | undefined
  readonly tick: Tick | undefined
}

/** One database of a global inventory. */
export interface NamedDatabaseInventory extends DatabaseInventory {
  readonly id: string
  readonly name: string
}

/** @throws WireFormatError when the answer has no collections, or one of them no name or type */
export function parseInventory(value: Json): Inventory {
  const reader = read(value, 'an inventory')
  return { ...readDatabase(reader), ...readPosition(reader) }
}

/** @throws WireFormatError when there is no `databases`, or one of them is not as it should be */
export function parseGlobalInventory(value: Json): GlobalInventory {
  const reader = read(value, 'a global inventory')
  const databases = attribute(reader, 'databases')
  return {
    databases: Object.keys(asObject(databases)).map((key) => {
      const database = attribute(databases, key)
      return {
        id: asText(attribute(database, 'id')),
        name: asText(attribute(database, 'name')),
        ...readDatabase(database),
      }
    }),
    ...readPosition(reader),
  }
}

/** The JSON form: the inverse of {@link parseInventory}. */
export function formatInventory(inventory: Inventory): JsonObject {
  return { ...formatDatabase(inventory), ...formatPosition(inventory) }
}

/** The JSON form: the inverse of {@link parseGlobalInventory}. */
export function formatGlobalInventory(inventory: GlobalInventory): JsonObject {
  const databases = inventory.databases.map((database) => [
    database.name,
    { id: database.id, name: database.name, ...formatDatabase(database) },
  ])
  return { databases: Object.fromEntries(databases) as JsonObject, ...formatPosition(inventory) }
}

function readDatabase(reader: Reader): DatabaseInventory {
  return {
    properties: optional(attribute(reader, 'properties'), asObject),
    collections: asArray(attribute(reader, 'collections')).map(readCollection),
    views: (optional(attribute(reader, 'views'), asArray) ?? []).map(readViewDefinition),
  }
}

function formatDatabase({ properties, collections, views }: DatabaseInventory): JsonObject {
  return {
    ...(properties === undefined ? {} : { properties }),
    collections: collections.map(formatCollection),
    views: views.map((view) => view.properties),
  }
}

function readCollection(reader: Reader): InventoryCollection {
  const definition = readCollectionDefinition(reader)
  const isReplaced = attribute(reader, 'hasReplacedRevisions').value === true
  return isReplaced ? { ...definition, hasReplacedRevisions: true } : definition
}

function formatCollection(collection: InventoryCollection): JsonObject {
  const { hasReplacedRevisions } = collection
  const replaced = hasReplacedRevisions === true ? { hasReplacedRevisions } : {}
  return { ...formatCollectionDefinition(collection), ...replaced }
}

function readPosition(reader: Reader): { state: LogState | undefined; tick: Tick | undefined } {
  return {
    state: optional(attribute(reader, 'state'), readLogState),
    tick: optional(attribute(reader, 'tick'), asTick),
  }
}

function formatPosition({ state, tick }: Pick<Inventory, 'state' | 'tick'>): JsonObject {
  return {
    ...(state === undefined ? {} : { state: formatLogState(state) }),
    ...(tick === undefined ? {} : { tick: formatTick(tick) }),
  }
}
