import { formatPath, type Json } from '../../../wire/index.js'
import type { DocumentTransform, MutableDocument } from '../document-transform.js'
import { isAttributes, namesOf, putAttribute, type AttributePath } from './attribute-paths.js'

/**
 * Makes a transform that sets attributes to values that are the same for all documents. Objects that
 * are missing on the way are made; a path goes through arrays, into each of their objects. Where
 * something else lies on the way, the document is an error.
 *
 * @param values - paths and their values, which have a JSON form
 * @throws RangeError when one is no path
 */
export function setAttributes(
  values: Iterable<readonly [path: AttributePath, value: Json]>,
): DocumentTransform {
  const rules = Array.from(values, ([path, value]) => ({ names: namesOf(path), value }))
  return {
    name: 'set',
    document: (document) => {
      for (const { names, value } of rules) setAt(document, names, value)
      return document
    },
  }
}

function setAt(object: MutableDocument, names: readonly string[], value: Json, depth = 0): void {
  const name = names[depth] as string
  if (depth + 1 === names.length) {
    // Each document has a value of its own, for a later transform may change it in place.
    putAttribute(object, name, structuredClone(value))
    return
  }
  if (!Object.hasOwn(object, name)) putAttribute(object, name, {})
  setInside(object[name], names, value, depth + 1)
}

function setInside(inner: unknown, names: readonly string[], value: Json, depth: number): void {
  if (Array.isArray(inner)) {
    for (const item of inner) setInside(item, names, value, depth)
  } else if (isAttributes(inner)) {
    setAt(inner, names, value, depth)
  } else {
    const place = formatPath(names.slice(0, depth))
    throw new RangeError(`Cannot set "${formatPath(names)}": "${place}" is no object`)
  }
}
