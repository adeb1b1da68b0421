import type { Json } from '../../wire/index.js'
import { isObject } from '../object-body.js'
import { badParameter } from '../request-error.js'
import { parseDumpPath } from './dump-path.js'
import { findValue, type ValueSpan } from './find-value.js'

/** More would be a way to make much work of little. */
const PROJECTIONS_MAX = 1000

/** One attribute of what is dumped instead of a document. */
export interface DumpProjection {
  /** The attribute's name and the colon behind it, as JSON. */
  readonly head: Buffer
  /** Where its value is in the document. */
  readonly path: readonly string[]
}

const OPEN = Buffer.from('{')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from('}')

/**
 * Reads `projections`: new names, and the paths of their values.
 *
 * @returns undefined where there are none at all; an object that is empty makes all documents empty
 * @throws RequestError 400 with errorNum 10
 */
export function parseProjections(value: Json): readonly DumpProjection[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) throw badParameter('the attribute "projections" needs to be an object')
  const entries = Object.entries(value)
  if (entries.length > PROJECTIONS_MAX) {
    throw badParameter(`the attribute "projections" has more than ${PROJECTIONS_MAX} names`)
  }
  return entries.map(([name, path]) => ({
    head: Buffer.from(`${JSON.stringify(name)}:`),
    path: parseDumpPath(path, 'each value of "projections"'),
  }))
}

/**
 * Writes what is dumped instead of a document: the values as they stand there, byte for byte, without
 * those that it does not have.
 */
export function projectDocument(
  bytes: Buffer,
  document: ValueSpan,
  projections: readonly DumpProjection[],
): Buffer {
  const parts: Buffer[] = [OPEN]
  for (const { head, path } of projections) {
    const value = findValue(bytes, document, path)
    if (value === undefined) continue
    if (parts.length > 1) parts.push(COMMA)
    parts.push(head, bytes.subarray(value.start, value.end))
  }
  parts.push(CLOSE)
  return Buffer.concat(parts)
}
