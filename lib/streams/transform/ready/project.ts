import type { JsonObject } from '../../../wire/index.js'
import type { DocumentTransform, MutableDocument } from '../document-transform.js'
import {
  isAttributes,
  namesOf,
  putAttribute,
  SYSTEM_ATTRIBUTES,
  type AttributePath,
} from './attribute-paths.js'

/** How {@link project} works. */
export interface ProjectOptions {
  /** Attributes at the top that stay besides. Default: `_key`, `_id`, `_rev`, `_from`, `_to`. */
  readonly keep?: readonly string[] | undefined
}

/** What stays of an object: all of an attribute, or a part of what is inside. */
type Selection = ReadonlyMap<string, Selection | 'all'>

/**
 * Makes a transform that keeps some attributes of documents and leaves out all others. Those that stay
 * are in the order in which they were; a path goes through arrays, into each of their objects. What
 * lies on a path and is neither object nor array is left out.
 *
 * @param paths - `name`, `address.city`
 * @throws RangeError when one is no path
 */
export function project(
  paths: readonly AttributePath[],
  { keep = SYSTEM_ATTRIBUTES }: ProjectOptions = {},
): DocumentTransform {
  const selection = select([...keep.map((name) => [name]), ...paths.map(namesOf)])
  return {
    name: 'project',
    // What stays whole is the value that came, so that its bytes stay too.
    document: (document) => pick(document, selection),
  }
}

function select(paths: readonly (readonly string[])[]): Selection {
  const selection = new Map<string, Selection | 'all'>()
  for (const [name, ...inside] of paths) {
    if (name === undefined || selection.has(name)) continue
    const same = paths.filter(([first]) => first === name).map(([, ...rest]) => rest)
    const isWhole = inside.length === 0 || same.some(({ length }) => length === 0)
    selection.set(name, isWhole ? 'all' : select(same))
  }
  return selection
}

function pick(object: JsonObject, selection: Selection): MutableDocument {
  const picked: MutableDocument = {}
  for (const name in object) {
    const part = selection.get(name)
    if (part === undefined) continue
    const value = part === 'all' ? object[name] : pickValue(object[name], part)
    if (value !== undefined) putAttribute(picked, name, value)
  }
  return picked
}

function pickValue(value: unknown, selection: Selection): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => pickValue(item, selection)).filter((item) => item !== undefined)
  }
  return isAttributes(value) ? pick(value, selection) : undefined
}
