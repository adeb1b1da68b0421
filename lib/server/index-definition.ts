import { randomInt } from 'node:crypto'
import type { Json, JsonObject } from '../wire/index.js'
import { badParameter } from './request-error.js'

const NAME_NUMBER_MAX = 2 ** 47
const FULLTEXT_LENGTH_MIN = 2

/** What the types of indexes are about: how many fields they have, and what else is said of them. */
interface IndexKind {
  readonly fieldsMax: number
  readonly describe: (body: JsonObject) => JsonObject
}

const PERSISTENT: IndexKind = {
  fieldsMax: 32,
  describe: ({ unique, sparse, deduplicate, estimates }) => ({
    unique: unique === true,
    sparse: sparse === true,
    deduplicate: deduplicate !== false,
    estimates: estimates !== false,
  }),
}

const KINDS: Readonly<Record<string, IndexKind>> = {
  persistent: PERSISTENT,
  hash: PERSISTENT,
  skiplist: PERSISTENT,
  ttl: {
    fieldsMax: 1,
    describe: ({ expireAfter }) => {
      const isTime = typeof expireAfter === 'number' && expireAfter >= 0
      if (!isTime) throw badParameter('"expireAfter" needs to be a number of seconds')
      return { unique: false, sparse: true, expireAfter, estimates: false }
    },
  },
  geo: {
    fieldsMax: 2,
    describe: ({ geoJson }) => ({ unique: false, sparse: true, geoJson: geoJson === true }),
  },
  fulltext: {
    fieldsMax: 1,
    describe: ({ minLength }) => {
      const given = typeof minLength === 'number' && Number.isSafeInteger(minLength)
      return { unique: false, sparse: true, minLength: given ? minLength : FULLTEXT_LENGTH_MIN }
    },
  },
}

/**
 * Makes the definition of an index of what a client says, complete but for its id.
 *
 * @throws RequestError 400 with errorNum 10 for an unknown type, and fields that the type cannot have
 */
export function readIndexDefinition(body: JsonObject): JsonObject {
  const { type, name } = body
  const kind = typeof type === 'string' && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined
  if (kind === undefined) throw badParameter('the type of the index is unknown')
  const fields = readFields(body['fields'], kind)
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    throw badParameter('the name of an index is text')
  }
  return { type, name: name ?? `idx_${randomInt(NAME_NUMBER_MAX)}`, fields, ...kind.describe(body) }
}

/** Tells whether an index that is there is one of the definition, whatever its name. */
export function isSameIndex(there: JsonObject, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => name === 'name' || isSameValue(there[name] ?? defaultOf(name), value),
  )
}

/** What holds for an index of an older definition, which does not say it. */
function defaultOf(name: string): Json {
  return name === 'deduplicate' || name === 'estimates' ? true : false
}

function isSameValue(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function readFields(given: Json, { fieldsMax }: IndexKind): readonly string[] {
  const isList = Array.isArray(given) && given.length > 0 && given.length <= fieldsMax
  if (!isList) throw badParameter(`"fields" needs to be an array of 1 to ${fieldsMax} paths`)
  const fields = given.filter((field): field is string => typeof field === 'string')
  const isRight = fields.length === given.length && fields.every(isPath)
  if (!isRight || new Set(fields).size < fields.length) {
    throw badParameter('"fields" needs to be different paths of attributes')
  }
  return fields
}

/** Names between dots, where `[*]` may follow one of them; `_id` is made of others. */
function isPath(field: string): boolean {
  const names = field.split('.').map((name) => name.replace(/\[\*\]$/, ''))
  const expansions = field.split('[*]').length - 1
  return expansions <= 1 && field !== '_id' && names.every((name) => /^[^[\]]+$/.test(name))
}
