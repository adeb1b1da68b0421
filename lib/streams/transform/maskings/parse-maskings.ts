import {
  decodeText,
  scanObject,
  skipSpace,
  skipValue,
  JsonSyntaxError,
} from '../../../wire/index.js'
import type { Json, JsonObject } from '../../../wire/index.js'
import { parseExactJson } from '../../exact-json.js'
import { hasRepeatedNames } from '../repeated-names.js'
import { parseMaskingPath } from './masking-path.js'
import type { Masking } from './masking.js'
import { MASKING_TYPES } from './masking-types.js'
import { MaskingsError, type MaskingsPlace } from './maskings-error.js'
import { OptionReader } from './option-reader.js'
import type { PathRule } from './path-rules.js'

const SELECTIONS = ['exclude', 'structure', 'masked', 'full'] as const

/** What happens to one collection. */
export interface CollectionMasking {
  readonly type: (typeof SELECTIONS)[number]
  /** In their order: the first that matches counts. */
  readonly rules: readonly PathRule<Masking>[]
}

/** What happens to collections, by name; `*` is for those that are not named. */
export type Maskings = ReadonlyMap<string, CollectionMasking>

/**
 * Reads the text of a maskings file (client notes, 4.4).
 *
 * @param source - the file, for errors
 * @throws MaskingsError which names collection and rule
 */
export function parseMaskingsText(text: string, source: string): Maskings {
  if (text.trim() === '') throw new MaskingsError('the file is empty', { source })
  let value: Json
  try {
    value = parseExactJson(text)
    assertNamedOnce(Buffer.from(text), source)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new MaskingsError(`it is not JSON: ${error.message}`, { source }, { cause: error })
  }
  return parseMaskings(value, source)
}

/**
 * Checks what a maskings file holds.
 *
 * @param source - the file, for errors
 * @throws MaskingsError which names collection and rule
 */
export function parseMaskings(value: Json, source?: string): Maskings {
  if (!isObject(value)) throw new MaskingsError('an object of collections is expected', { source })
  return new Map(
    Object.entries(value).map(([collection, definition]) => [
      collection,
      parseCollection(definition, { source, collection }),
    ]),
  )
}

/** JSON lets a name stand twice, of which one would be lost. */
function assertNamedOnce(bytes: Buffer, source: string): void {
  const names = new Set<string>()
  const start = skipSpace(bytes, 0, bytes.length)
  // What is no object is told of later.
  if (bytes[start] !== 0x7b) return
  scanObject(bytes, start, bytes.length, (nameStart, nameEnd, valueStart) => {
    const collection = decodeText(bytes, nameStart, nameEnd)
    if (names.has(collection)) {
      throw new MaskingsError('the collection is there twice', { source, collection })
    }
    names.add(collection)
    return skipValue(bytes, valueStart, bytes.length)
  })
  if (hasRepeatedNames(bytes, start, bytes.length)) {
    throw new MaskingsError('an attribute is there twice', { source })
  }
}

function parseCollection(definition: Json, place: MaskingsPlace): CollectionMasking {
  if (!isObject(definition)) {
    throw new MaskingsError('an object with "type" and "maskings" is expected', place)
  }
  const { type, maskings = [] } = definition
  const selection = SELECTIONS.find((name) => name === type)
  if (selection === undefined) {
    throw new MaskingsError(`"type" must be one of: ${SELECTIONS.join(', ')}`, place)
  }
  if (!Array.isArray(maskings)) throw new MaskingsError('"maskings" must be an array', place)
  const rules = maskings.map((rule: Json, index) => parseRule(rule, { ...place, rule: index + 1 }))
  return { type: selection, rules }
}

function parseRule(rule: Json, place: MaskingsPlace): PathRule<Masking> {
  if (!isObject(rule))
    throw new MaskingsError('an object with "path" and "type" is expected', place)
  const { path: pathText = '', type = '' } = rule
  if (typeof pathText !== 'string') throw new MaskingsError('"path" must be a text', place)
  if (typeof type !== 'string') throw new MaskingsError('"type" must be a text', place)
  const path = parseMaskingPath(pathText)
  if (typeof path === 'string') throw new MaskingsError(`"path" is no path: ${path}`, place)
  const read = MASKING_TYPES.get(type)
  if (read === undefined) {
    const known = [...MASKING_TYPES.keys()].join(', ')
    throw new MaskingsError(`"type" must be one of: ${known}`, place)
  }
  return { path, action: read(new OptionReader(rule, place)) }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
