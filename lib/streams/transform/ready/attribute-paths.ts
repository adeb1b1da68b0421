import { parseLeadingPath, parsePath, splitPaths } from '../../../wire/index.js'
import type { MutableDocument } from '../document-transform.js'
import { ExactNumber } from '../exact-number.js'

/** Attributes by which documents are found, and edges: those that ready-made transforms keep. */
export const SYSTEM_ATTRIBUTES: readonly string[] = ['_key', '_id', '_rev', '_from', '_to']

/** A path of attributes, from the top down: as text (`address.city`, `a."b.c"`) or as names. */
export type AttributePath = string | readonly string[]

/**
 * The names of a path.
 *
 * @throws RangeError when a text is no path, or there is no name
 */
export function namesOf(path: AttributePath): readonly [string, ...string[]] {
  const [first, ...rest] = typeof path === 'string' ? parsePath(path) : path
  if (first === undefined) throw new RangeError('Cannot use a path of attributes: it has no name')
  return [first, ...rest]
}

/**
 * Reads `path=something,path=something`; what stands behind an equals sign is read by `readValue`,
 * which gives its end.
 *
 * @throws RangeError for what is not of this form
 */
export function readAssignments<Value>(
  text: string,
  readValue: (text: string) => { readonly value: Value; readonly rest: string },
): [names: string[], value: Value][] {
  const assignments: [string[], Value][] = []
  for (let rest = text.trim(); ;) {
    const path = parseLeadingPath(rest)
    const behind = path.rest.trimStart()
    if (!behind.startsWith('=')) throw noAssignment(text)
    const { value, rest: further } = readValue(behind.slice(1).trimStart())
    assignments.push([path.names, value])
    rest = further.trimStart()
    if (rest === '') return assignments
    if (!rest.startsWith(',')) throw noAssignment(text)
    rest = rest.slice(1).trimStart()
  }
}

/** Paths that are separated by commas: at least one. */
export function readPaths(text: string): readonly string[] {
  const paths = splitPaths(text)
  if (paths.length === 0) throw new RangeError('Cannot read paths of attributes: there is none')
  return paths
}

/** Whether attributes are looked for inside: objects are, numbers that are kept as text are not. */
export function isAttributes(value: unknown): value is MutableDocument {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  )
}

/** Visits the objects at a value: itself, or those in its array, at any depth of arrays. */
export function visitObjects(value: unknown, visit: (object: MutableDocument) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visitObjects(item, visit)
  } else if (isAttributes(value)) {
    visit(value)
  }
}

/** Writes an attribute as its own, whatever its name: `__proto__` is one as any other. */
export function putAttribute(object: MutableDocument, name: string, value: unknown): void {
  if (name !== '__proto__') {
    object[name] = value
    return
  }
  Object.defineProperty(object, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  })
}

function noAssignment(text: string): RangeError {
  return new RangeError(
    `Cannot read "${text}": what is expected is a path, an equals sign and a value, and a comma before the next`,
  )
}
