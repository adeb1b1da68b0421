import type { JsonObject } from '../../wire/index.js'
import { formatExactValue } from './exact-values.js'

/** Parses a JSON text; undefined when it is none. */
export function parseOrNone(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** What an object says that it is in JSON; documents do not. */
export function converted(document: JsonObject): unknown {
  // Asking for what is not there takes long.
  if (Object.getPrototypeOf(document) === Object.prototype) return document
  const { toJSON } = document
  return typeof toJSON === 'function' ? (toJSON.call(document, '') as unknown) : document
}

/** The attribute alone goes; one called `__proto__` stays. */
export function withoutRevision(document: JsonObject): JsonObject {
  const { _rev, ...rest } = document
  return rest
}

/**
 * The JSON text of a document in which there may be a bigint.
 *
 * @throws TypeError when it has none
 */
export function formatOrExact(document: JsonObject): string {
  try {
    return JSON.stringify(document)
  } catch (error) {
    // A bigint, or else what fails again.
    if (!(error instanceof TypeError)) throw error
    return formatExactValue(document) ?? ''
  }
}

/** The JSON text; undefined for what has none, a bigint too. */
export function stringifyOrNone(value: unknown): string | undefined {
  try {
    return stringify(value)
  } catch {
    return undefined
  }
}

/** The JSON text; its real type, since what is not JSON, as a function, has none. */
export function stringify(value: unknown): string | undefined {
  const text: string | undefined = JSON.stringify(value)
  return text
}
