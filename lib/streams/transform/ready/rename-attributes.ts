import { formatPath } from '../../../wire/index.js'
import type { DocumentTransform, MutableDocument } from '../document-transform.js'
import { isAttributes, namesOf, putAttribute, type AttributePath } from './attribute-paths.js'

/**
 * Makes a transform that gives attributes other names; each stays in its object and at its place. A
 * path goes through arrays, into each of their objects. An object that has an attribute of the new name
 * already is an error, since one of the two would be lost.
 *
 * @param renames - paths and their new names: `[['c.d', 'e']]` makes of `{ c: { d: 1 } }` `{ c: { e: 1 } }`
 * @throws RangeError when one is no path
 */
export function renameAttributes(
  renames: Iterable<readonly [path: AttributePath, name: string]>,
): DocumentTransform {
  const rules = Array.from(renames, ([path, name]) => ({ names: namesOf(path), name }))
  return {
    name: 'rename',
    document: (document) =>
      rules.reduce<MutableDocument>(
        (renamed, { names, name }) => renameIn(renamed, names, name),
        document,
      ),
  }
}

/** Gives the object itself when nothing in it has another name now. */
function renameIn(
  object: MutableDocument,
  names: readonly string[],
  name: string,
  depth = 0,
): MutableDocument {
  const old = names[depth] as string
  if (!Object.hasOwn(object, old)) return object
  if (depth + 1 < names.length) {
    const inner = object[old]
    const renamed = renameInside(inner, names, name, depth + 1)
    if (renamed !== inner) putAttribute(object, old, renamed)
    return object
  }
  if (old === name) return object
  if (Object.hasOwn(object, name)) {
    const place = formatPath([...names.slice(0, depth), name])
    throw new RangeError(`Cannot rename "${formatPath(names)}": there is a "${place}" already`)
  }
  return renameAttribute(object, old, name)
}

/** A new object, since only so the attribute keeps its place. */
function renameAttribute(object: MutableDocument, old: string, name: string): MutableDocument {
  const renamed: MutableDocument = {}
  for (const key of Object.keys(object))
    putAttribute(renamed, key === old ? name : key, object[key])
  return renamed
}

function renameInside(
  value: unknown,
  names: readonly string[],
  name: string,
  depth: number,
): unknown {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      value[index] = renameInside(item, names, name, depth)
    }
    return value
  }
  return isAttributes(value) ? renameIn(value, names, name, depth) : value
}
