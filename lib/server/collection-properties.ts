import type { StoreCollection } from '../store/index.js'
import type { Json, JsonObject } from '../wire/index.js'
import { jsonAnswer, type Answer } from './answer.js'
import { notImplemented } from './request-error.js'

/** What says which collection it is. */
const SHORT = ['id', 'name', 'status', 'type', 'isSystem', 'globallyUniqueId']

/** What a client may say of a collection; the rest of ArangoDB's attributes is about clusters. */
const SETTABLE = ['cacheEnabled', 'syncByRevision', 'usesRevisionsAsDocumentIds', 'waitForSync']

/** What would have to be heeded at every write. */
const NOT_HEEDED = ['schema', 'computedValues']

/** A collection in short, as lists have it. */
export function shortProperties({ definition: { parameters } }: StoreCollection): JsonObject {
  return Object.fromEntries(SHORT.map((name) => [name, parameters[name]]))
}

/** 200 with a collection in short, and what else is asked. */
export function collectionAnswer(collection: StoreCollection, more: JsonObject = {}): Answer {
  return jsonAnswer({ ...shortProperties(collection), ...more, error: false, code: 200 })
}

/** 200 with everything that is known of a collection, and what else is asked. */
export function propertiesAnswer(collection: StoreCollection, more: JsonObject = {}): Answer {
  const { parameters } = collection.definition
  const status = { statusString: 'loaded', ...more, error: false, code: 200 }
  return jsonAnswer({ ...parameters, ...status })
}

/**
 * The attributes of a body that a collection can have.
 *
 * @throws RequestError 501 for those that would have to be heeded at every write
 */
export function settableProperties(body: JsonObject): Record<string, Json> {
  for (const name of NOT_HEEDED) {
    const value = body[name]
    const isEmpty = value === undefined || value === null || isEmptyArray(value)
    if (!isEmpty) throw notImplemented(`"${name}" of collections is`)
  }
  const given = SETTABLE.filter((name) => typeof body[name] === 'boolean')
  return Object.fromEntries(given.map((name) => [name, body[name]]))
}

function isEmptyArray(value: Json): boolean {
  return Array.isArray(value) && value.length === 0
}
