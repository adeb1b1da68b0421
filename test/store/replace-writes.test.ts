import assert from 'node:assert/strict'
import { chunkOf } from '../support/chunk.js'
import { parseCollectionDefinition, type CollectionDefinition } from '../../lib/wire/index.js'
import { documentText, systemOf } from './support/documents.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

function definitionOf(name: string, guid: string): CollectionDefinition {
  const parameters = { name, type: 2, globallyUniqueId: guid, id: '5' }
  return parseCollectionDefinition({ parameters, indexes: [] }, 'a definition')
}

describe('Store.replaceCollection()', () => {
  const { open } = useStore()

  it('leaves system collections alone whose globallyUniqueId a collection claims', async () => {
    const store = await open()
    const system = systemOf(store)
    const graphs = store.collection(system, '_graphs') ?? assert.fail()
    await store.applyChunk(graphs, chunkOf([documentText('graph', 0)]))
    const count = store.collections(system).length
    await assert.rejects(
      store.replaceCollection(system, definitionOf('a', '_graphs')),
      withCode('ERR_COLLECTION_EXISTS'),
    )
    assert.equal(store.collection(system, '_graphs')?.documents, 1)
    assert.equal(store.collections(system).length, count)
  })

  it('leaves a collection alone whose globallyUniqueId a system collection claims', async () => {
    const store = await open()
    const system = systemOf(store)
    const b = await store.replaceCollection(system, definitionOf('b', 'h1/2'))
    await store.applyChunk(b, chunkOf([documentText('kept', 0)]))
    const graphs = await store.replaceCollection(system, definitionOf('_graphs', 'h1/2'))
    assert.equal(graphs.definition.name, '_graphs')
    assert.equal(store.collection(system, 'b')?.documents, 1)
  })
})
