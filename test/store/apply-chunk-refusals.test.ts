import assert from 'node:assert/strict'
import { DOCUMENT_BYTES_MAX } from '../../lib/core/index.js'
import { chunkOf } from '../support/chunk.js'
import { makeCollection, reread } from './support/documents.js'
import { useStore } from './support/use-store.js'
import { DumpLineError } from '../../lib/wire/index.js'

describe('Store.applyChunk() with what no copy could read again', () => {
  const { open } = useStore()

  it('refuses a key that is not well-formed Unicode, since two of them would be one', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const lines = ['{"_key":"a","_rev":"_fMI7by8---"}', '{"_key":"\\ud800","_rev":"_fMI7by9---"}']
    await assert.rejects(store.applyChunk(collection, chunkOf(lines)), DumpLineError)
    assert.equal(reread(store, collection).documents, 1)
  })

  it('refuses a document that could not be read again in every form', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const line = `{"_key":"a","_rev":"_fMI7by8---","x":"${'x'.repeat(DOCUMENT_BYTES_MAX)}"}`
    await assert.rejects(store.applyChunk(collection, chunkOf([line])), DumpLineError)
    assert.equal(reread(store, collection).documents, 0)
  })
})
