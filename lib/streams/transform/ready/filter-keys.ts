import type { DocumentTransform } from '../document-transform.js'
import { createKeyTest } from './key-patterns.js'

/**
 * Makes a transform that keeps documents by their keys. It looks at no more of a line than its key.
 *
 * @param patterns - keys, in which `*` stands for any characters and `?` for one; a backslash before
 *   one of them, or before a backslash, makes it mean itself
 */
export function filterKeys(patterns: Iterable<string>): DocumentTransform {
  const test = createKeyTest(patterns)
  return {
    name: 'keys',
    isReadOnly: true,
    line: ({ key }) => test(key),
    removal: (key) => (test(key) ? key : undefined),
    document: (document) => (test(String(document['_key'])) ? document : undefined),
  }
}
