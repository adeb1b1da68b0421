import assert from 'node:assert/strict'
import { chunkOf } from '../support/chunk.js'
import { documents, documentText, makeCollection } from './support/documents.js'
import { checkUnique } from './support/unique.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const BY_N = { type: 'persistent', name: 'byN', fields: ['n'], unique: true }

describe('IndexBuild', () => {
  const { open, withTables } = useStore()

  it('has rows of documents that get an older revision meanwhile', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, documents(4000, 1))
    const making = store.createIndex(c, BY_N)
    // The scan ascends: once a slice is read, it does not come to where the document goes to.
    for (let step = 0; step < 4; step += 1) await store.put(c, '{"_key":"k1","n":1}')
    await store.applyChunk(c, chunkOf([documentText('k4000', 0, ',"n":4000')]))
    await making
    await assert.rejects(store.insert(c, '{"n":4000}'), withCode('ERR_UNIQUE_CONFLICT'))
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 4000)
    })
  })
})
