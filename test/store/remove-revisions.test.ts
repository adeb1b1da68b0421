import assert from 'node:assert/strict'
import { chunkOf } from '../support/chunk.js'
import {
  documents,
  documentText,
  linesOf,
  makeCollection,
  reread,
  revisionsOf,
  revisionText,
} from './support/documents.js'
import { countRows, markersOf, readMarkers } from './support/markers.js'
import { checkTree } from './support/trees.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const NOTHING = { documents: 0, removals: 0, bytes: 0, replacedRevisions: 0, futureRevisions: 0 }

function count(from: number, through: number): number[] {
  return Array.from({ length: through - from + 1 }, (_, index) => from + index)
}

describe('Store.removeRevisions()', () => {
  const { open, withTables } = useStore()

  it('removes the documents, and passes over what is not there', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(4))
    const removed = await store.removeRevisions(collection, revisionsOf([0, 2, 3, 9, 2]))
    const bytes = [0, 2, 3].reduce(
      (sum, n) => sum + documentText(`k${n}`, n, `,"n":${n}`).length,
      0,
    )
    assert.deepEqual(removed, { ...NOTHING, removals: 3, bytes })
    assert.deepEqual(await linesOf(store, collection), [documentText('k1', 1, ',"n":1')])
    const { documents: left, bytes: leftBytes, space } = reread(store, collection)
    assert.deepEqual([left, leftBytes], [1, documentText('k1', 1, ',"n":1').length])
    const tree = await checkTree(store, collection)
    assert.equal(tree.count, 1)
    await store.close()
    assert.deepEqual(await withTables((tables) => countRows(tables, space)), {
      documents: 1,
      keys: 1,
    })
  })

  it('marks each removal with the key and the revision that it had', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const escaped = `{"x":{"_key":"no"},"_key":"\\u00e9\\/","_rev":"${revisionText(1)}","_key":"z"}`
    await store.applyChunk(collection, chunkOf([documentText('k0', 0), escaped]))
    const removed = await store.removeRevisions(collection, revisionsOf([0, 1, 2]))
    assert.equal(removed.removals, 2)
    await store.close()
    const markers = markersOf(await withTables(readMarkers), collection.id)
    assert.deepEqual(markers.slice(2), [
      [2302, { _key: 'k0', _rev: revisionText(0) }],
      [2302, { _key: 'é/', _rev: revisionText(1) }],
    ])
  })

  it('writes no marker where there is nothing to remove', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(3))
    const { lastTick } = store
    for (const revisions of [[], [7], [5, 6, 7]]) {
      assert.deepEqual(await store.removeRevisions(collection, revisionsOf(revisions)), NOTHING)
    }
    assert.equal(store.lastTick, lastTick)
    assert.equal((await checkTree(store, collection)).count, 3)
  })

  it('takes the view of a larger array for what it shows', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(5))
    await store.removeRevisions(collection, revisionsOf([0, 1, 2, 3, 4]).subarray(1, 3))
    const keys = (await linesOf(store, collection)).map((line) => line.slice(9, 11))
    assert.deepEqual(keys, ['k0', 'k3', 'k4'])
  })

  it('removes more than one transaction takes, by number and by bytes', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(3000))
    const long = `,"x":"${'y'.repeat(400_000)}"`
    await store.applyChunk(
      collection,
      chunkOf(count(3000, 3007).map((number) => documentText(`k${number}`, number, long))),
    )
    const removed = await store.removeRevisions(collection, revisionsOf(count(500, 3005)))
    assert.equal(removed.removals, 2506)
    assert.equal(reread(store, collection).documents, 502)
    assert.equal((await checkTree(store, collection)).count, 502)
  })

  it('stops between transactions when the signal is aborted', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(2500))
    const abort = new AbortController()
    const { signal } = abort
    const removing = store.removeRevisions(collection, revisionsOf(count(0, 2499)), { signal })
    abort.abort(new Error('enough'))
    await assert.rejects(removing, { message: 'enough' })
    assert.equal(reread(store, collection).documents, 1500)
    assert.equal((await checkTree(store, collection)).count, 1500)
  })

  it('refuses a collection that is not there, and a store open for reading', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const missing = withCode('ERR_COLLECTION_NOT_FOUND')
    await assert.rejects(store.removeRevisions({ id: 999 }, revisionsOf([1])), missing)
    await store.close()
    const reader = await open({ mode: 'read', create: false })
    const readOnly = withCode('ERR_STORE_READ_ONLY')
    await assert.rejects(reader.removeRevisions(collection, revisionsOf([1])), readOnly)
  })
})

describe('Store.applyChunk() with takesRevisions', () => {
  const { open, withTables } = useStore()

  it('removes the other document that has the revision', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(3))
    const taken = documentText('other', 1, ',"much":"longer"')
    const written = await store.applyChunk(collection, chunkOf([taken]), { takesRevisions: true })
    assert.deepEqual(written, { ...NOTHING, documents: 1, removals: 1, bytes: taken.length })
    const lines = await linesOf(store, collection)
    assert.deepEqual(lines, [
      documentText('k0', 0, ',"n":0'),
      taken,
      documentText('k2', 2, ',"n":2'),
    ])
    const { documents: left, bytes, hasReplacedRevisions } = reread(store, collection)
    assert.deepEqual([left, bytes], [3, lines.join('').length])
    assert.equal(hasReplacedRevisions, false)
    assert.equal((await checkTree(store, collection)).count, 3)
    await store.close()
    const markers = markersOf(await withTables(readMarkers), collection.id)
    assert.deepEqual(markers.slice(3), [
      [2302, { _key: 'k1', _rev: revisionText(1) }],
      [2300, JSON.parse(taken)],
    ])
  })

  it('swaps the revisions of two documents, and of a ring of them', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(4))
    const ring = [1, 2, 3, 0].map((number, index) => documentText(`k${index}`, number))
    await store.applyChunk(collection, chunkOf([...ring, ...ring]), { takesRevisions: true })
    assert.deepEqual((await linesOf(store, collection)).sort(), [...ring].sort())
    assert.equal((await checkTree(store, collection)).count, 4)
  })

  it('gives a new revision to a document that has none that can be kept', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const written = await store.applyChunk(collection, chunkOf(['{"_key":"a"}']), {
      takesRevisions: true,
    })
    assert.equal(written.replacedRevisions, 1)
    assert.equal(reread(store, collection).hasReplacedRevisions, true)
  })

  it('leaves the revision to the other document without the option', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(2))
    const written = await store.applyChunk(collection, chunkOf([documentText('other', 1)]))
    assert.equal(written.replacedRevisions, 1)
    assert.equal(reread(store, collection).documents, 3)
  })
})
