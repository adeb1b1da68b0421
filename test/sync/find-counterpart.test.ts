import assert from 'node:assert/strict'
import type { SnapshotCollection } from '../../lib/replica/index.js'
import { findCounterpart } from '../../lib/sync/find-counterpart.js'
import { parseCollectionDefinition, type CollectionDefinition } from '../../lib/wire/index.js'

function definition(name: string, guid?: string): CollectionDefinition {
  const own = guid === undefined ? {} : { globallyUniqueId: guid }
  return parseCollectionDefinition({ parameters: { name, type: 2, ...own }, indexes: [] }, name)
}

function candidate(name: string, guid?: string): SnapshotCollection {
  return {
    definition: definition(name, guid),
    size: { documents: 0, bytes: 0 },
    hasReplacedRevisions: false,
  }
}

describe('findCounterpart()', () => {
  const rows: readonly [string, CollectionDefinition, readonly SnapshotCollection[], number][] = [
    [
      'the same id under any name',
      definition('a', 'g1'),
      [candidate('a', 'g2'), candidate('b', 'g1')],
      1,
    ],
    ['no other id under the same name', definition('a', 'g1'), [candidate('a', 'g2')], -1],
    [
      'the same name for want of an id',
      definition('a'),
      [candidate('b', 'g1'), candidate('a', 'g2')],
      1,
    ],
    [
      'a system collection by its name',
      definition('_s', 'g1'),
      [candidate('b', 'g1'), candidate('_s', '_s')],
      1,
    ],
    ['nothing among nothing', definition('a', 'g1'), [], -1],
  ]
  for (const [title, wanted, candidates, index] of rows) {
    it(`finds ${title}`, () => {
      assert.equal(findCounterpart(wanted, candidates), candidates[index])
    })
  }
})
