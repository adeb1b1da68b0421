import { LINE_BYTES_MAX } from '../../core/index.js'
import type { Json } from '../../wire/index.js'
import { isObject } from '../object-body.js'
import { badParameter, RequestError } from '../request-error.js'
import { parseDumpPath } from './dump-path.js'
import { ValueFinder, type ValueSpan } from './value-finder.js'

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

/** How much more projections make of a document than it has. */
interface ProjectionGrowth {
  /** How often one of its bytes may be written, at most. */
  readonly times: number
  /** Bytes of the names. */
  readonly headBytes: number
}

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

/** Tells how much projections may make of little. */
export function growthOf(projections: readonly DumpProjection[] | undefined): ProjectionGrowth {
  if (projections === undefined) return { times: 1, headBytes: 1 }
  const headBytes = projections.reduce((sum, { head }) => sum + head.length + 1, 1)
  return { times: Math.max(finderOf(projections).overlap, 1), headBytes }
}

/** Finds the values of projections, by their places. */
export function finderOf(projections: readonly Pick<DumpProjection, 'path'>[]): ValueFinder {
  return new ValueFinder(projections.map(({ path }) => path))
}

/**
 * Writes what is dumped instead of a document: the values as they stand there, byte for byte, without
 * those that it does not have.
 *
 * @param finder - that of the projections
 * @throws RequestError 413 when it would be longer than any document is
 */
export function projectDocument(
  bytes: Buffer,
  document: ValueSpan,
  projections: readonly DumpProjection[],
  finder: ValueFinder,
): Buffer {
  const values = finder.find(bytes, document)
  const parts: Buffer[] = [OPEN]
  let length = 0
  for (const [index, { head }] of projections.entries()) {
    const value = values[index]
    if (value === undefined) continue
    length += head.length + value.end - value.start
    if (length > LINE_BYTES_MAX) throw tooLong()
    if (parts.length > 1) parts.push(COMMA)
    parts.push(head, bytes.subarray(value.start, value.end))
  }
  parts.push(CLOSE)
  return Buffer.concat(parts)
}

/** One value may be asked for under many names. */
function tooLong(): RequestError {
  const message = `the projections make more than ${LINE_BYTES_MAX} bytes of a document`
  return new RequestError(413, 413, message)
}
