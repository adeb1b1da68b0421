import type { DocumentTransform, MutableDocument } from '../document-transform.js'
import { namesOf, visitObjects, type AttributePath } from './attribute-paths.js'

/**
 * Makes a transform that removes attributes. A path goes through arrays, into each of their objects;
 * where there is no such attribute nothing happens.
 *
 * @param paths - `password`, `address.street`
 * @throws RangeError when one is no path
 */
export function removeAttributes(paths: readonly AttributePath[]): DocumentTransform {
  const allNames = paths.map(namesOf)
  return {
    name: 'remove',
    document: (document) => {
      for (const names of allNames) removeAt(document, names)
      return document
    },
  }
}

function removeAt(object: MutableDocument, names: readonly string[], depth = 0): void {
  const name = names[depth] as string
  if (!Object.hasOwn(object, name)) return
  if (depth + 1 === names.length) {
    Reflect.deleteProperty(object, name)
    return
  }
  visitObjects(object[name], (inner) => {
    removeAt(inner, names, depth + 1)
  })
}
