import type { DocumentTransform, MutableDocument } from '../document-transform.js'
import { isAttributes, putAttribute } from './attribute-paths.js'

/** How {@link flatten} works. */
export interface FlattenOptions {
  /** What joins the names. Default: a point. */
  readonly separator?: string | undefined
}

/**
 * Makes a transform that lifts all attributes of inner objects to the top, under names joined by a
 * separator: `{ a: { b: 1 } }` becomes `{ "a.b": 1 }`. Arrays and empty objects stay as they are. Two
 * attributes that come to have one name are an error, since one of them would be lost.
 */
export function flatten({ separator = '.' }: FlattenOptions = {}): DocumentTransform {
  const lift = (flat: MutableDocument, object: MutableDocument, prefix: string): void => {
    for (const name of Object.keys(object)) {
      const value = object[name]
      const joined = prefix + name
      if (isAttributes(value) && Object.keys(value).length > 0) {
        lift(flat, value, joined + separator)
        continue
      }
      if (Object.hasOwn(flat, joined)) {
        throw new RangeError('Cannot flatten: two attributes come to have one name')
      }
      putAttribute(flat, joined, value)
    }
  }
  return {
    name: 'flatten',
    document: (document) => {
      const flat: MutableDocument = {}
      lift(flat, document, '')
      return flat
    },
  }
}
