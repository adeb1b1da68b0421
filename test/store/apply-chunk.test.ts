import assert from 'node:assert/strict'
import { DumpLineError } from '../../lib/wire/index.js'
import { encodeRevision, revision } from '../../lib/values/index.js'
import { chunkOf } from '../support/chunk.js'
import {
  documents,
  documentText,
  linesOf,
  makeCollection,
  reread,
  revisionText,
  systemOf,
} from './support/documents.js'
import { countRows, readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const NOTHING = { documents: 0, removals: 0, bytes: 0, replacedRevisions: 0, futureRevisions: 0 }

describe('Store.applyChunk()', () => {
  const { open, withTables } = useStore()

  it('keeps the bytes of every form, in the order of revisions', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const odd = `{ "x":1.0,"_key" : "k2","x":{"y":[1e400]}, "_rev":"${revisionText(2)}" }`
    const written = await store.applyChunk(
      collection,
      chunkOf([
        odd,
        `{"type":2300,"data":${documentText('k1', 1)}}`,
        '',
        `{"tick":"1","type":2301,"key":"k0","rev":"x","data":${documentText('k0', 0)}}`,
      ]),
    )
    const lines = [documentText('k0', 0), documentText('k1', 1), odd]
    const bytes = lines.join('').length
    assert.deepEqual(written, { ...NOTHING, documents: 3, bytes })
    assert.deepEqual(await linesOf(store, collection), lines)
    assert.equal(reread(store, collection).bytes, bytes)
  })

  it('writes nothing for an empty chunk', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    assert.deepEqual(await store.applyChunk(collection, chunkOf([])), NOTHING)
  })

  it('writes more lines than one transaction takes', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const written = await store.applyChunk(collection, documents(2500))
    assert.equal(written.documents, 2500)
    assert.equal(reread(store, collection).documents, 2500)
    assert.equal((await linesOf(store, collection)).length, 2500)
  })

  it('leaves the same key with the same revision as it is', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(3))
    const { lastTick } = store
    const written = await store.applyChunk(collection, documents(3))
    assert.equal(written.documents, 3)
    assert.equal(store.lastTick, lastTick)
    assert.equal(reread(store, collection).documents, 3)
  })

  it('replaces the same key with another revision', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(2))
    const newer = documentText('k0', 9, ',"much":"longer than before"')
    await store.applyChunk(collection, chunkOf([newer]))
    assert.deepEqual(await linesOf(store, collection), [documentText('k1', 1, ',"n":1'), newer])
    const { documents: count, bytes, space } = reread(store, collection)
    assert.equal(count, 2)
    assert.equal(bytes, newer.length + documentText('k1', 1, ',"n":1').length)
    await store.close()
    assert.deepEqual(await withTables((tables) => countRows(tables, space)), {
      documents: 2,
      keys: 2,
    })
  })

  it('removes, and takes the removal of what is not there', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(2))
    const written = await store.applyChunk(
      collection,
      chunkOf(['{"type":2302,"data":{"_key":"k0"}}', '{"type":2302,"key":"none","rev":"1"}']),
    )
    assert.deepEqual(written, { ...NOTHING, removals: 2 })
    assert.equal(reread(store, collection).documents, 1)
    await store.close()
    const markers = await withTables(readMarkers)
    const { type, data } = markers.at(-1) ?? { type: 0, data: '' }
    assert.equal(type, 2302)
    assert.deepEqual(JSON.parse(data), { _key: 'k0', _rev: revisionText(0) })
  })

  const withoutRevision: readonly (readonly [string, string, string])[] = [
    ['absent, after _key', '{"_key":"a","x":1}', '{"_key":"a","_rev":"?","x":1}'],
    ['absent, after _id', '{"_key":"a", "_id":"c/a"}', '{"_key":"a", "_id":"c/a","_rev":"?"}'],
    ['absent, _key last', '{"_id":"c/a","_key":"a"}', '{"_id":"c/a","_key":"a","_rev":"?"}'],
    ['not text', '{"_key":"a","_rev":7,"x":1.0}', '{"_key":"a","_rev":"?","x":1.0}'],
    ['an object', '{"_rev":{"a":1},"_key":"a"}', '{"_rev":"?","_key":"a"}'],
    ['empty', '{"_key":"a","_rev":""}', '{"_key":"a","_rev":"?"}'],
    ['zero', '{"_key":"a","_rev":"---"}', '{"_key":"a","_rev":"?"}'],
    ['undecodable', '{"_key":"a","_rev":"_a b"}', '{"_key":"a","_rev":"?"}'],
    ['too long', '{"_key":"a","_rev":"_aaaaaaaaaaa"}', '{"_key":"a","_rev":"?"}'],
    ['first not text', '{"_rev":1,"_key":"a","_rev":"!"}', '{"_rev":"?","_key":"a","_rev":"!"}'],
    ['enveloped', '{"type":2300,"data":{"_key":"a"}}', '{"_key":"a","_rev":"?"}'],
  ]
  for (const [what, given, expected] of withoutRevision) {
    it(`makes a revision in place of one that is ${what}`, async () => {
      const store = await open()
      const collection = await makeCollection(store)
      const written = await store.applyChunk(collection, chunkOf([given]))
      const made = encodeRevision(revision(store.lastTick))
      assert.deepEqual(await linesOf(store, collection), [expected.replace('?', made)])
      assert.equal(written.replacedRevisions, 1)
      assert.equal(written.bytes, expected.replace('?', made).length)
      assert.equal(reread(store, collection).hasReplacedRevisions, true)
    })
  }

  it('makes a revision when a document of another key has it', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, documents(2))
    assert.equal(reread(store, collection).hasReplacedRevisions, false)
    const twin = chunkOf([documentText('twin', 0), documentText('k1', 0)])
    const written = await store.applyChunk(collection, twin)
    assert.equal(written.replacedRevisions, 2)
    const lines = await linesOf(store, collection)
    assert.equal(lines.length, 3)
    assert.equal(lines[0], documentText('k0', 0, ',"n":0'))
    const { documents: count, space, hasReplacedRevisions } = reread(store, collection)
    assert.equal(count, 3)
    assert.equal(hasReplacedRevisions, true)
    await store.close()
    assert.deepEqual(await withTables((tables) => countRows(tables, space)), {
      documents: 3,
      keys: 3,
    })
  })

  it('reads revisions in decimal, with escapes, and up to 2^63 - 1', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const largest = encodeRevision(revision(2n ** 63n - 1n))
    const written = await store.applyChunk(
      collection,
      chunkOf([
        `{"_key":"d","_rev":"${largest}"}`,
        '{"_key":"c","_rev":"_bpq8a\\u002d---\\u002d"}',
        '{"_key":"b","_rev":"6370"}',
        '{"_key":"a","_rev":"5951"}',
      ]),
    )
    assert.equal(written.replacedRevisions, 0)
    const keys = (await linesOf(store, collection)).map((line) => line.charAt(9))
    assert.deepEqual(keys, ['a', 'b', 'c', 'd'])
  })

  it('keeps revisions from the future, counts them, and bounds the clock', async () => {
    const nowMs = Date.now()
    const store = await open({ now: () => nowMs })
    const collection = await makeCollection(store)
    const dayMs = 24n * 3600n * 1000n
    const at = (ms: bigint): string => encodeRevision(revision((BigInt(nowMs) + ms) << 20n))
    const near = `{"_key":"near","_rev":"${at(dayMs)}"}`
    const far = `{"_key":"far","_rev":"${at(365n * dayMs)}"}`
    const written = await store.applyChunk(collection, chunkOf([near, far]))
    assert.equal(written.futureRevisions, 1)
    assert.deepEqual(await linesOf(store, collection), [near, far])
    const { tick } = await store.insert(collection, '{"_key":"k"}')
    assert.equal(tick, ((BigInt(nowMs) + dayMs) << 20n) + 1n)
  })

  it('skips revisions that are taken when it makes one', async () => {
    const nowMs = Date.now()
    const store = await open({ now: () => nowMs })
    const collection = await makeCollection(store)
    const next = store.lastTick
    const taken = [2n, 3n, 4n].map(
      (step) => `{"_key":"t${step}","_rev":"${encodeRevision(revision(next + step))}"}`,
    )
    await store.applyChunk(collection, chunkOf(taken.slice(0, 1)))
    await store.applyChunk(collection, chunkOf([...taken.slice(1), '{"_key":"new"}']))
    assert.equal((await linesOf(store, collection)).length, 4)
    assert.equal(reread(store, collection).documents, 4)
  })

  it('takes keys of 1 to 254 bytes; of a longer one only the lines before are written', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const longest = documentText('x'.repeat(254), 0)
    const tooLong = documentText('x'.repeat(255), 1)
    const chunk = chunkOf([longest, tooLong, documentText('k', 2)], 'dump.json')
    await assert.rejects(store.applyChunk(collection, chunk), (error) => {
      assert.ok(error instanceof DumpLineError)
      assert.equal(error.lineNumber, 2)
      assert.equal(error.source, 'dump.json')
      assert.ok(!error.message.includes('xxx'))
      return true
    })
    assert.deepEqual(await linesOf(store, collection), [longest])
    const broken = chunkOf([documentText('k', 2), '{"_key":'])
    await assert.rejects(store.applyChunk(collection, broken), DumpLineError)
    assert.equal(reread(store, collection).documents, 2)
  })

  it('takes a key by what it says, not by how it is written', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, chunkOf([documentText('é"', 0).replaceAll('é"', 'é\\"')]))
    const again = `{"_key":"\\u00e9\\u0022","_rev":"${revisionText(1)}"}`
    await store.applyChunk(collection, chunkOf([again]))
    assert.deepEqual(await linesOf(store, collection), [again])
    const snapshot = await store.openSnapshot()
    const found = snapshot.collection(systemOf(store), 'c')
    assert.ok(found)
    assert.equal(snapshot.document(found, 'é"')?.toString(), again)
    snapshot.close()
  })

  it('writes one marker for each change, with a tick of its own', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, chunkOf([documentText('a', 0), documentText('a', 1)]))
    await store.applyChunk(collection, chunkOf([documentText('a', 1), '{"_key":"b"}']))
    await store.close()
    const markers = await withTables(readMarkers)
    const mine = markers.filter(({ objectId, type }) => objectId === collection.id && type === 2300)
    assert.equal(mine.length, 3)
    assert.deepEqual(
      mine.slice(0, 2).map(({ data }) => data),
      [documentText('a', 0), documentText('a', 1)],
    )
    const last = mine[2]
    assert.ok(last)
    assert.equal(last.data, `{"_key":"b","_rev":"${encodeRevision(revision(last.tick))}"}`)
    assert.equal(last.transactionId, 0n)
    assert.ok(markers.every(({ tick }, index) => tick > (markers[index - 1]?.tick ?? 0n)))
  })

  it('holds documents of many megabytes', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const large = documentText('large', 0, `,"text":"${'x'.repeat(20 * 1024 * 1024)}"`)
    const small = documentText('small', 1)
    await store.applyChunk(collection, chunkOf([large, small]))
    const lines = await linesOf(store, collection)
    assert.equal(lines.length, 2)
    assert.ok(lines[0] === large && lines[1] === small)
    assert.equal(reread(store, collection).bytes, large.length + small.length)
  })

  it('stops at an abort between two transactions', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const controller = new AbortController()
    const writing = store.applyChunk(collection, documents(2500), { signal: controller.signal })
    controller.abort(new Error('enough'))
    await assert.rejects(writing, /enough/)
    assert.equal(reread(store, collection).documents, 1000)
  })

  it('refuses a collection that was dropped', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.dropCollection(collection)
    const writing = store.applyChunk(collection, documents(1))
    await assert.rejects(writing, withCode('ERR_COLLECTION_NOT_FOUND'))
  })

  it('lets callers share a transaction and keeps their order', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const writes = Array.from({ length: 50 }, (_, index) =>
      store.applyChunk(collection, chunkOf([documentText('a', index)])),
    )
    await Promise.all(writes)
    assert.deepEqual(await linesOf(store, collection), [documentText('a', 49)])
  })
})
