import assert from 'node:assert/strict'
import type { SnapshotCollection } from '../../lib/replica/index.js'
import { selectCollections, UnknownCollectionError } from '../../lib/sync/index.js'
import { parseCollectionDefinition } from '../../lib/wire/index.js'

function collection(name: string, more: object = {}): SnapshotCollection {
  return {
    definition: parseCollectionDefinition({ parameters: { name, type: 2, ...more } }, name),
    size: { documents: 0, bytes: undefined },
    hasReplacedRevisions: false,
  }
}

const ALL = [
  collection('_graphs'),
  collection('_jobs'),
  collection('_routing'),
  collection('_statistics15'),
  collection('gone', { deleted: true }),
  collection('a'),
  collection('b'),
]

function names(selection: Parameters<typeof selectCollections>[1]): string[] {
  return selectCollections(ALL, selection, 'dir:x').map(({ definition }) => definition.name)
}

describe('selectCollections()', () => {
  it('leaves out system collections and deleted ones', () => {
    assert.deepEqual(names({}), ['a', 'b'])
  })

  it('takes the system collections that are replicated when asked', () => {
    assert.deepEqual(names({ includeSystem: true }), ['_graphs', 'a', 'b'])
  })

  it('takes the queues of Foxx with system collections, when asked', () => {
    const queues = { includeFoxxQueues: true }
    assert.deepEqual(names({ ...queues, includeSystem: true }), ['_graphs', '_jobs', 'a', 'b'])
    assert.deepEqual(names(queues), ['a', 'b'])
  })

  it('passes over names that do not exist, when asked', () => {
    const chosen = { collections: ['a', 'x'], exclude: ['y'], skipsUnknown: true }
    assert.deepEqual(names(chosen), ['a'])
  })

  it('takes what is named, system collections too', () => {
    assert.deepEqual(names({ collections: ['b', '_graphs'] }), ['_graphs', 'b'])
    assert.deepEqual(names({ collections: ['a', 'b'], exclude: ['a'] }), ['b'])
  })

  it('names what does not exist, and what does', () => {
    const isRight = (error: unknown): boolean =>
      error instanceof UnknownCollectionError &&
      error.message.includes('"x", "gone"') &&
      error.message.includes('dir:x')
    assert.throws(() => names({ collections: ['a', 'x'], exclude: ['gone'] }), isRight)
  })
})
