import { isDeepStrictEqual } from 'node:util'
import type { CollectionDefinition, Json, JsonObject } from '../wire/index.js'

/** Properties of a collection that can be changed later, and what it has where nothing is said. */
const CHANGEABLE: JsonObject = {
  waitForSync: false,
  cacheEnabled: false,
  schema: null,
  computedValues: null,
}
/** What has to be heeded at every write, which not every server does. */
const HEEDED_AT_WRITES = ['schema', 'computedValues']
/** Of `keyOptions`: `lastValue` is what the server counts itself. */
const KEY_OPTIONS = ['type', 'allowUserKeys', 'increment', 'offset']
/** What a server says of an index besides its definition. */
const NOT_OF_INDEX = [
  'id',
  'objectId',
  'tempObjectId',
  'selectivityEstimate',
  'figures',
  'isNewlyCreated',
  'error',
  'code',
]
/** Types that mean the same, on RocksDB, or were renamed (server notes, section 8). */
const INDEX_TYPES: ReadonlyMap<Json, string> = new Map([
  ['hash', 'persistent'],
  ['skiplist', 'persistent'],
  ['geo1', 'geo'],
  ['geo2', 'geo'],
])
/** Needs documents before it can be made (client notes, 4.5). */
const LATE_INDEX = 'vector'

/** The body of `POST /_api/collection`: what a server takes of a definition. What is of clusters is left out. */
export function formatNewCollection(definition: CollectionDefinition): JsonObject {
  const { name, type, isSystem, parameters } = definition
  const { keyOptions } = parameters
  const given = Object.entries(changeableOf(parameters)).filter(([, value]) => value !== null)
  return {
    name,
    type,
    ...(isSystem ? { isSystem } : {}),
    ...(isObject(keyOptions) ? { keyOptions: pick(keyOptions, KEY_OPTIONS) } : {}),
    ...Object.fromEntries(given),
  }
}

/** Properties that have to be changed, so that a collection has those of a definition. */
export function changesOf(there: JsonObject, wanted: JsonObject): JsonObject {
  const old = changeableOf(there)
  const changes = Object.entries(changeableOf(wanted)).filter(
    ([name, value]) => !isDeepStrictEqual(value, old[name]),
  )
  return Object.fromEntries(changes)
}

/** Tells whether a collection has the properties and indexes of a definition. */
export function fitsDefinition(there: CollectionDefinition, wanted: CollectionDefinition): boolean {
  const { missing, spare } = compareIndexes(there.indexes, wanted.indexes)
  const changes = changesOf(there.parameters, wanted.parameters)
  return Object.keys(changes).length === 0 && missing.length === 0 && spare.length === 0
}

/** The properties without those that a server may not know; undefined when it has none of them. */
export function withoutHeeded(properties: JsonObject): JsonObject | undefined {
  const kept = Object.entries(properties).filter(([name]) => !HEEDED_AT_WRITES.includes(name))
  return kept.length === Object.keys(properties).length ? undefined : Object.fromEntries(kept)
}

/** The body of `POST /_api/index`. */
export function formatNewIndex(index: JsonObject): JsonObject {
  const kept = Object.entries(index).filter(([name]) => !NOT_OF_INDEX.includes(name))
  const { type } = index
  const isOfOldName = type === 'geo1' || type === 'geo2'
  return { ...Object.fromEntries(kept), ...(isOfOldName ? { type: 'geo' } : {}) }
}

/** Tells an index that is made only when the documents are there. */
export function isLateIndex({ type }: JsonObject): boolean {
  return type === LATE_INDEX
}

/** What separates the indexes of a collection from those that are wanted. */
export interface IndexChanges {
  readonly missing: readonly JsonObject[]
  readonly spare: readonly JsonObject[]
}

/**
 * Compares indexes, but for their ids. What only one side says of one is not compared: servers of
 * different versions say more or less.
 */
export function compareIndexes(
  there: readonly JsonObject[],
  wanted: readonly JsonObject[],
): IndexChanges {
  const spare = new Set(there)
  const missing = wanted.filter((index) => {
    const equal = [...spare].find((candidate) => isAlike(candidate, index))
    return equal === undefined || !spare.delete(equal)
  })
  return { missing, spare: [...spare] }
}

function isAlike(a: JsonObject, b: JsonObject): boolean {
  const other = normalIndex(b)
  return Object.entries(normalIndex(a)).every(
    ([name, value]) => !Object.hasOwn(other, name) || isDeepStrictEqual(value, other[name]),
  )
}

function normalIndex(index: JsonObject): JsonObject {
  const { type, ...rest } = formatNewIndex(index)
  return { ...rest, type: INDEX_TYPES.get(type) ?? type }
}

/** No computed values are null or an empty array, as versions have it. */
function changeableOf(parameters: JsonObject): JsonObject {
  const values = Object.entries(CHANGEABLE).map(([name, fallback]) => {
    const value = parameters[name] ?? fallback
    return [name, Array.isArray(value) && value.length === 0 ? null : value]
  })
  return Object.fromEntries(values) as JsonObject
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)))
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null
}
