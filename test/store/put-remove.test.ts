import assert from 'node:assert/strict'
import { encodeRevision } from '../../lib/values/index.js'
import { chunkOf } from '../support/chunk.js'
import { documentText, linesOf, makeCollection, reread, revisionText } from './support/documents.js'
import { markersOf, readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

describe('Store.put()', () => {
  const { open, withTables } = useStore()

  it('inserts, and replaces what has the key, under the tick of the write', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const first = await store.put(c, '{"_key":"k","n":1}')
    const second = await store.put(c, `{"n":2,"_key":"k","_rev":"${revisionText(1)}"}`)
    assert.deepEqual([first.key, second.key], ['k', 'k'])
    assert.ok(second.tick > first.tick)
    assert.deepEqual([second.revision, store.lastTick], [second.tick, second.tick])
    const line = `{"_key":"k","_id":"c/k","_rev":"${encodeRevision(second.revision)}","n":2}`
    assert.deepEqual(await linesOf(store, c), [line])
    const { documents, bytes } = reread(store, c)
    assert.deepEqual([documents, bytes], [1, line.length])
    await store.close()
    const markers = await withTables(readMarkers)
    // A replacement is one marker, that of the new document (server notes, section 9).
    assert.deepEqual(
      markers.slice(-2).map(({ tick, type, transactionId }) => [tick, type, transactionId]),
      [
        [first.tick, 2300, 0n],
        [second.tick, 2300, 0n],
      ],
    )
    assert.equal(markers.at(-1)?.data, line)
  })

  it('makes a key where there is none', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const made = [await store.put(c, '{"n":1}'), await store.put(c, '{"n":1}')]
    assert.notEqual(made[0]?.key, made[1]?.key)
    assert.equal(reread(store, c).documents, 2)
  })

  it('refuses what insert() refuses, and leaves what is there', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.put(c, '{"_key":"k","n":1}')
    const before = [await linesOf(store, c), store.lastTick]
    for (const text of ['{"_key":"k"', '[]']) {
      await assert.rejects(store.put(c, text), withCode('ERR_DOCUMENT_INVALID'))
    }
    await assert.rejects(store.put(c, '{"_key":5}'), withCode('ERR_KEY_INVALID'))
    await assert.rejects(store.put({ id: 999 }, '{}'), withCode('ERR_COLLECTION_NOT_FOUND'))
    assert.deepEqual([await linesOf(store, c), store.lastTick], before)
  })
})

describe('Store.remove()', () => {
  const { open, withTables } = useStore()

  it('removes by key, and logs the revision that was removed', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.put(c, '{"_key":"a"}')
    const { revision } = await store.put(c, '{"_key":"b"}')
    assert.equal(await store.remove(c, 'b'), true)
    assert.equal(await store.remove(c, 'b'), false)
    assert.equal(reread(store, c).documents, 1)
    await store.close()
    const markers = markersOf(await withTables(readMarkers), c.id)
    assert.deepEqual(markers.slice(2), [[2302, { _key: 'b', _rev: encodeRevision(revision) }]])
  })

  it('takes no key for another one', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, replacementCharacter())
    const before = store.lastTick
    for (const key of ['', '\ud800', 'x'.repeat(255), 'x'.repeat(5000)]) {
      assert.equal(await store.remove(c, key), false)
    }
    assert.equal(store.lastTick, before)
    assert.equal(await store.remove(c, '\ufffd'), true)
  })

  it('needs the collection', async () => {
    const store = await open()
    await assert.rejects(store.remove({ id: 999 }, 'k'), withCode('ERR_COLLECTION_NOT_FOUND'))
  })
})

/** A document whose key is what a lone surrogate becomes as bytes. */
function replacementCharacter(): ReturnType<typeof chunkOf> {
  return chunkOf([documentText('\ufffd', 1)])
}
