import { encodeRevision, revision } from '../../../lib/values/index.js'
import type { Difference } from '../../../lib/sync/index.js'
import { definitionOf, differ } from './patch-support.js'
import type { SampleCollection, StoreState } from './store-support.js'

const FIRST_REVISION = 1_751_385_509_477_744_643n

/** A document with a revision of a load. */
export function sampleDocument(key: string, rev: number, attributes = ''): string {
  const text = encodeRevision(revision(FIRST_REVISION + BigInt(rev)))
  return `{"_key":"${key}","_rev":"${text}"${attributes}}`
}

const made = definitionOf('new', { type: 3, indexes: [{ type: 'hash', fields: ['x'], id: '7' }] })
/** Attributes of an edge. */
export const edge = ',"_from":"c/1","_to":"c/2"'
/** What B holds. */
export const collections: readonly SampleCollection[] = [
  {
    definition: definitionOf('c'),
    lines: [sampleDocument('1', 1), sampleDocument('2', 2), sampleDocument('3', 3)],
  },
  { definition: definitionOf('old'), lines: [sampleDocument('x', 4)] },
  { definition: definitionOf('other'), lines: [sampleDocument('y', 5)] },
]
/** What makes it equal to A. */
export const differences: readonly Difference[] = [
  differ.different('c', '1', sampleDocument('1', 11, ',"n":1.0'), sampleDocument('1', 1)),
  differ.onlyInB('c', '2', sampleDocument('2', 2)),
  differ.onlyInA('c', '4', sampleDocument('4', 2, ',"n":2')),
  differ.collectionOnlyInB(definitionOf('old')),
  differ.collectionOnlyInA(made, [sampleDocument('e', 12, edge)], [sampleDocument('f', 13, edge)]),
]
/** What B holds then. */
export const patched: StoreState = {
  c: {
    documents: {
      1: sampleDocument('1', 11, ',"n":1.0'),
      3: sampleDocument('3', 3),
      4: sampleDocument('4', 2, ',"n":2'),
    },
    indexes: [],
  },
  new: {
    documents: { e: sampleDocument('e', 12, edge), f: sampleDocument('f', 13, edge) },
    indexes: [{ type: 'hash', fields: ['x'] }],
  },
  other: { documents: { y: sampleDocument('y', 5) }, indexes: [] },
}
