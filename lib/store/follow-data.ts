import { parseExactJson } from '../streams/index.js'
import type { JsonObject } from '../wire/index.js'

/** Reads the data of a marker of definitions: an object, as the scanner of markers has seen. */
export function readData(data: Buffer): JsonObject {
  return parseExactJson(data.toString()) as JsonObject
}
