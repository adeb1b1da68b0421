import assert from 'node:assert/strict'
import { fitsDefinition } from '../../lib/store/index.js'
import { parseCollectionDefinition, type CollectionDefinition } from '../../lib/wire/index.js'
import { databaseOf, openTestStore } from '../server/support/test-leader.js'

const INDEX = { type: 'persistent', fields: ['n'], name: 'by-n' }

function wanted(more: object, indexes: readonly object[] = [INDEX]): CollectionDefinition {
  return parseCollectionDefinition({ parameters: { name: 'a', type: 2, ...more }, indexes }, 'a')
}

describe('fitsDefinition()', () => {
  it('tells whether a collection that is matched with a definition would change', async () => {
    const { store, close } = await openTestStore()
    try {
      const made = await store.createCollection(databaseOf(store, '_system'), wanted({}))
      const { definition } = made
      const rows: readonly [CollectionDefinition, boolean][] = [
        [wanted({}), true],
        [wanted({ id: '77', globallyUniqueId: 'other', minRevision: '_abc' }), true],
        [wanted({}, [{ ...INDEX, id: '99' }]), true],
        [wanted({ waitForSync: true }), false],
        [wanted({}, []), false],
        [wanted({}, [INDEX, { ...INDEX, name: 'again' }]), false],
        [wanted({}, [{ ...INDEX, sparse: true }]), false],
      ]
      for (const [other, expected] of rows) {
        assert.equal(fitsDefinition(definition, other), expected, JSON.stringify(other))
        const isChanged = await store.matchCollection(made, other)
        assert.equal(isChanged, !expected)
        if (isChanged) await store.matchCollection(made, definition)
      }
    } finally {
      await close()
    }
  })
})
