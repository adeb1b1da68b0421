import { JsonSyntaxError, skipSpace, type Json, type JsonObject } from '../../../wire/index.js'
import { parseExactJson } from '../../exact-json.js'
import { SYSTEM_ATTRIBUTES } from '../ready/attribute-paths.js'
import { hasRepeatedNames } from '../repeated-names.js'
import { parseMaskingPath, type MaskingPath } from '../maskings/masking-path.js'
import { PSEUDONYM_TYPES, type PseudonymType } from './pseudonym-types.js'
import { PseudonymsError, type PseudonymsPlace } from './pseudonyms-error.js'

/** How the keys of one collection are replaced. */
export interface KeyRule {
  readonly type: PseudonymType
  /** What has the same domain and type has the same pseudonyms; undefined: the collection's own. */
  readonly domain: string | undefined
}

/** How attributes at one path are replaced. */
export type AttributeRule = { readonly path: MaskingPath; readonly pathText: string } & (
  | { readonly type: PseudonymType; readonly domain: string | undefined }
  /** A key of a collection, without its name. */
  | { readonly type: 'key'; readonly collection: string }
  /** The `_id` of a document of any collection. */
  | { readonly type: 'id' }
)

/** What is replaced, by names of collections; `*` is for those that are not named. */
export interface PseudonymRules {
  readonly keys: ReadonlyMap<string, KeyRule>
  readonly attributes: ReadonlyMap<string, readonly AttributeRule[]>
  /** `_rev` is left out, so that documents cannot be told by it. */
  readonly removeRevisions: boolean
}

const PARTS: readonly string[] = ['keys', 'attributes', 'removeRevisions']
const KEY_OPTIONS: readonly string[] = ['type', 'domain']
const RULE_OPTIONS: readonly string[] = ['path', 'type', 'domain', 'collection']

/**
 * Reads the text of a file of pseudonyms.
 *
 * @param source - the file, for errors
 * @throws PseudonymsError
 */
export function parsePseudonymsText(text: string, source: string): PseudonymRules {
  let value: Json
  try {
    value = parseExactJson(text)
    assertNamedOnce(Buffer.from(text), source)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new PseudonymsError(`it is not JSON: ${error.message}`, { source }, { cause: error })
  }
  return parsePseudonyms(value, source)
}

/** JSON lets a name stand twice, of which one would be lost, and with it what it was to hide. */
function assertNamedOnce(bytes: Buffer, source: string): void {
  const start = skipSpace(bytes, 0, bytes.length)
  if (!hasRepeatedNames(bytes, start, bytes.length)) return
  throw new PseudonymsError('an attribute, or a collection, is there twice', { source })
}

/**
 * Checks rules for pseudonyms. What is not known is refused, since a rule that does nothing would leave
 * what it was for.
 *
 * @param source - the file, for errors
 * @throws PseudonymsError
 */
export function parsePseudonyms(value: Json, source?: string): PseudonymRules {
  if (!isObject(value)) throw new PseudonymsError('an object is expected', { source })
  refuseUnknown(value, PARTS, { source })
  const { keys = {}, attributes = {}, removeRevisions = false } = value
  if (typeof removeRevisions !== 'boolean') {
    throw new PseudonymsError('"removeRevisions" must be true or false', { source })
  }
  const rules = {
    keys: mapCollections(keys, { source, part: 'keys' }, parseKeyRule),
    attributes: mapCollections(attributes, { source, part: 'attributes' }, parseAttributeRules),
    removeRevisions,
  }
  if (rules.keys.size === 0 && rules.attributes.size === 0) {
    throw new PseudonymsError('neither "keys" nor "attributes" has a collection', { source })
  }
  checkReferences(rules, source)
  return rules
}

/** The rule for the keys of a collection; `*` is not for those of the system. */
export function findKeyRule(
  keys: ReadonlyMap<string, KeyRule>,
  collection: string,
): KeyRule | undefined {
  return keys.get(collection) ?? (collection.startsWith('_') ? undefined : keys.get('*'))
}

function mapCollections<Rule>(
  value: Json,
  place: PseudonymsPlace,
  parse: (value: Json, place: PseudonymsPlace) => Rule,
): ReadonlyMap<string, Rule> {
  if (!isObject(value)) throw new PseudonymsError('an object of collections is expected', place)
  return new Map(
    Object.entries(value).map(([collection, rule]) => [
      collection,
      parse(rule, { ...place, collection }),
    ]),
  )
}

function parseKeyRule(value: Json, place: PseudonymsPlace): KeyRule {
  const rule = typeof value === 'string' ? { type: value } : value
  if (!isObject(rule))
    throw new PseudonymsError('a type, or an object with one, is expected', place)
  refuseUnknown(rule, KEY_OPTIONS, place)
  return { type: readType(rule['type'], place), domain: readText(rule, 'domain', place) }
}

function parseAttributeRules(value: Json, place: PseudonymsPlace): readonly AttributeRule[] {
  if (!Array.isArray(value)) throw new PseudonymsError('an array of rules is expected', place)
  return value.map((rule: Json, index) => parseAttributeRule(rule, { ...place, rule: index + 1 }))
}

function parseAttributeRule(rule: Json, place: PseudonymsPlace): AttributeRule {
  if (!isObject(rule))
    throw new PseudonymsError('an object with "path" and "type" is expected', place)
  refuseUnknown(rule, RULE_OPTIONS, place)
  const pathText = readText(rule, 'path', place) ?? ''
  const path = parsePath(pathText, place)
  const { type } = rule
  const domain = readText(rule, 'domain', place)
  const collection = readText(rule, 'collection', place)
  if ((type === 'key') !== (collection !== undefined)) {
    throw new PseudonymsError('"collection" belongs to the type key, and that needs it', place)
  }
  if (collection !== undefined) return { path, pathText, type: 'key', collection }
  if (type === 'id') return { path, pathText, type }
  return { path, pathText, type: readType(type, place, ['key', 'id']), domain }
}

function parsePath(text: string, place: PseudonymsPlace): MaskingPath {
  const path = parseMaskingPath(text)
  if (typeof path === 'string') throw new PseudonymsError(`"path" is no path: ${path}`, place)
  const [name = '', ...inner] = path.names
  const isOfSystem = path.kind === 'exact' && SYSTEM_ATTRIBUTES.includes(name)
  if (!isOfSystem || inner.length > 0) return path
  throw new PseudonymsError(`"keys" and "removeRevisions" decide on "${name}", not a rule`, place)
}

function readType(
  type: Json,
  place: PseudonymsPlace,
  others: readonly string[] = [],
): PseudonymType {
  const found = PSEUDONYM_TYPES.find((name) => name === type)
  if (found !== undefined) return found
  throw new PseudonymsError(
    `"type" must be one of: ${[...PSEUDONYM_TYPES, ...others].join(', ')}`,
    place,
  )
}

function readText(rule: JsonObject, name: string, place: PseudonymsPlace): string | undefined {
  const value = rule[name]
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw new PseudonymsError(`"${name}" must be a text that is not empty`, place)
}

function refuseUnknown(object: JsonObject, known: readonly string[], place: PseudonymsPlace): void {
  const unknown = Object.keys(object).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new PseudonymsError(`"${unknown}" is none of: ${known.join(', ')}`, place)
}

/** An attribute that holds keys of a collection whose keys stay would be left as it is. */
function checkReferences({ keys, attributes }: PseudonymRules, source: string | undefined): void {
  for (const [collection, rules] of attributes) {
    for (const [index, rule] of rules.entries()) {
      if (rule.type !== 'key' || findKeyRule(keys, rule.collection) !== undefined) continue
      const place = { source, part: 'attributes', collection, rule: index + 1 }
      throw new PseudonymsError(`"keys" says nothing of collection "${rule.collection}"`, place)
    }
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
