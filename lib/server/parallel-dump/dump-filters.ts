import { formatExactJson } from '../../streams/index.js'
import { CanonicalWriter, type Json } from '../../wire/index.js'
import { isObject } from '../object-body.js'
import { badParameter } from '../request-error.js'
import { parseDumpPath } from './dump-path.js'
import type { ValueFinder, ValueSpan } from './value-finder.js'

/** More would be a way to make much work of little. */
const CONDITIONS_MAX = 100

/** What has to hold for a document to be dumped: a value equals another one. */
export interface DumpCondition {
  readonly path: readonly string[]
  /** The value, written so that equal ones are the same bytes. */
  readonly canonical: Buffer
}

const NULL = Buffer.from('null')

/** Numbers are equal by their value, objects in any order, and null is as good as nothing. */
const canonical = new CanonicalWriter({ numbersByValue: true, nullIsAbsent: true })

/**
 * Reads `filters`: `{type: "simple", conditions: [{attributePath, value}]}`, of which all have to
 * hold.
 *
 * @param value - read with exact numbers
 * @throws RequestError 400 with errorNum 10
 */
export function parseFilters(value: Json): readonly DumpCondition[] {
  if (value === undefined || value === null) return []
  if (!isObject(value) || (value['type'] ?? 'simple') !== 'simple') {
    throw badParameter('the attribute "filters" needs to be an object of the type "simple"')
  }
  const { conditions } = value
  if (!Array.isArray(conditions) || conditions.length > CONDITIONS_MAX) {
    throw badParameter(`"conditions" needs to be an array of ${CONDITIONS_MAX} at most`)
  }
  return conditions.map(parseCondition)
}

function parseCondition(condition: Json): DumpCondition {
  if (!isObject(condition) || condition['value'] === undefined) {
    throw badParameter('each of "conditions" needs "attributePath" and "value"')
  }
  const path = parseDumpPath(condition['attributePath'], 'each "attributePath"')
  const text = Buffer.from(formatExactJson(condition['value']))
  return { path, canonical: canonicalOf(text, { start: 0, end: text.length }) }
}

/**
 * Tells whether all conditions hold for a document.
 *
 * @param finder - of the paths of the conditions
 */
export function fulfills(
  bytes: Buffer,
  document: ValueSpan,
  conditions: readonly DumpCondition[],
  finder: ValueFinder,
): boolean {
  if (conditions.length === 0) return true
  const values = finder.find(bytes, document)
  return conditions.every((condition, index) => {
    const value = values[index]
    const found = value === undefined ? NULL : canonicalOf(bytes, value)
    return condition.canonical.equals(found)
  })
}

/** A copy: the writer gives the same memory each time. */
function canonicalOf(bytes: Buffer, { start, end }: ValueSpan): Buffer {
  return Buffer.from(canonical.writeValue(bytes, start, end))
}
