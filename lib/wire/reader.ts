import { parseTick, type Tick } from '../values/index.js'
import type { Json, JsonObject } from './collection-definition.js'
import { WireFormatError } from './wire-format-error.js'

/** A value from outside, together with where it stands; every reading checks its type. */
export interface Reader {
  readonly value: Json
  /** What is being read, such as `an inventory`. */
  readonly what: string
  readonly path: string
}

/** Begins reading a parsed JSON value. */
export function read(value: Json, what: string): Reader {
  return { value, what, path: '' }
}

/** Goes to an attribute; absent ones are read as undefined. */
export function attribute(reader: Reader, name: string): Reader {
  const object = asObject(reader)
  const path = reader.path === '' ? name : `${reader.path}.${name}`
  return { value: Object.hasOwn(object, name) ? object[name] : undefined, what: reader.what, path }
}

/** Tells whether an optional value is missing: undefined or null. */
export function isAbsent(reader: Reader): boolean {
  return reader.value === undefined || reader.value === null
}

/** @throws {@link WireFormatError} unless the value is an object */
export function asObject(reader: Reader): JsonObject {
  const { value } = reader
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused(reader, 'an object')
  }
  return value as JsonObject
}

/** @throws {@link WireFormatError} unless the value is an array */
export function asArray(reader: Reader): readonly Reader[] {
  const { value, what, path } = reader
  if (!Array.isArray(value)) throw refused(reader, 'an array')
  return value.map((item: unknown, index) => ({ value: item, what, path: `${path}[${index}]` }))
}

/** @throws {@link WireFormatError} unless the value is text with at least one character */
export function asText(reader: Reader): string {
  if (typeof reader.value !== 'string' || reader.value === '') {
    throw refused(reader, 'text of at least one character')
  }
  return reader.value
}

/** @throws {@link WireFormatError} unless the value is true or false */
export function asBoolean(reader: Reader): boolean {
  if (typeof reader.value !== 'boolean') throw refused(reader, 'true or false')
  return reader.value
}

/** @throws {@link WireFormatError} unless the value is a whole number of 0 or more, held exactly */
export function asCount(reader: Reader): number {
  const { value } = reader
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw refused(reader, 'a whole number of 0 or more')
  }
  return value
}

/** @throws {@link WireFormatError} unless the value is a whole number of 0 or more, of any size */
export function asWholeNumber(reader: Reader): number {
  const { value } = reader
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw refused(reader, 'a whole number of 0 or more')
  }
  return value
}

/** @throws {@link WireFormatError} unless the value is a tick as decimal text */
export function asTick(reader: Reader): Tick {
  try {
    return parseTick(asText(reader))
  } catch (cause) {
    throw refused(reader, 'a tick (decimal text)', { cause })
  }
}

/** Reads a value that may be absent. */
export function optional<Value>(
  reader: Reader,
  readValue: (reader: Reader) => Value,
): Value | undefined {
  return isAbsent(reader) ? undefined : readValue(reader)
}

/** Makes the error that says what a value should have been. */
export function refused(reader: Reader, expected: string, options?: ErrorOptions): WireFormatError {
  return new WireFormatError(reader.what, reader.path, expected, options)
}
