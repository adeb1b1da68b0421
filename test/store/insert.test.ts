import assert from 'node:assert/strict'
import { DOCUMENT_BYTES_MAX } from '../../lib/core/index.js'
import { encodeRevision } from '../../lib/values/index.js'
import { chunkOf } from '../support/chunk.js'
import { linesOf, makeCollection, reread } from './support/documents.js'
import { readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

describe('Store.insert()', () => {
  const { open, withTables } = useStore()

  it('puts _key, _id and _rev first and leaves the rest as it came', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const text =
      ' {"b":1.0, "_rev":"old","_id":"x/y","a" :[1, 2],"_key":"k","b":12345678901234567890}\n'
    const { key, revision, tick } = await store.insert(collection, text)
    assert.equal(key, 'k')
    assert.equal(revision, tick)
    assert.equal(store.lastTick, tick)
    const rev = encodeRevision(revision)
    const line = `{"_key":"k","_id":"c/k","_rev":"${rev}","b":1.0,"a" :[1, 2],"b":12345678901234567890}`
    assert.deepEqual(await linesOf(store, collection), [line])
    await store.close()
    const markers = await withTables(readMarkers)
    assert.deepEqual([markers.at(-1)?.tick, markers.at(-1)?.data], [tick, line])
  })

  it('makes keys that no document has', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const made = await Promise.all(
      Array.from({ length: 500 }, () => store.insert(collection, '{}')),
    )
    assert.equal(new Set(made.map(({ key }) => key)).size, 500)
    assert.equal(reread(store, collection).documents, 500)
  })

  it('keeps a document on one line', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const text = '{\r\n  "_key": "k",\n  "_from": [1,\n2],\n  "a": {\n    "b": "1\\n"\n  }\n}'
    await store.insert(collection, Buffer.from(text))
    const [line, ...others] = await linesOf(store, collection)
    assert.deepEqual(others, [])
    const { _from, a } = JSON.parse(line ?? '') as Record<string, unknown>
    assert.deepEqual([_from, a], [[1, 2], { b: '1\n' }])
  })

  it('refuses what is not well-formed Unicode, and what is too large to be read again', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const invalid = withCode('ERR_DOCUMENT_INVALID')
    for (const text of [Buffer.from('{"a":"\xff"}', 'latin1'), '{"a":"\ud800"}']) {
      await assert.rejects(store.insert(collection, text), invalid)
    }
    const large = `{"a":"${'x'.repeat(DOCUMENT_BYTES_MAX)}"}`
    await assert.rejects(store.insert(collection, large), withCode('ERR_DOCUMENT_TOO_LARGE'))
    assert.equal(reread(store, collection).documents, 0)
  })

  it('puts _from and _to of an edge before the rest, and needs them', async () => {
    const store = await open()
    const edges = await makeCollection(store, { type: 3 })
    const { revision } = await store.insert(edges, '{"a":1,"_to":"x/2","_from":"x/1","_key":"e"}')
    const rev = encodeRevision(revision)
    assert.deepEqual(await linesOf(store, edges), [
      `{"_key":"e","_id":"c/e","_rev":"${rev}","_from":"x/1","_to":"x/2","a":1}`,
    ])
    const invalid = withCode('ERR_EDGE_INVALID')
    await assert.rejects(store.insert(edges, '{"_from":"x/1","_to":"2"}'), invalid)
    await assert.rejects(store.insert(edges, '{"_from":"x/1"}'), invalid)
    await assert.rejects(store.insert(edges, '{"_from":1,"_to":"x/2"}'), invalid)
  })

  it('takes _from and _to of a document as plain attributes', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const { revision } = await store.insert(collection, '{"_key":"k","_from":1}')
    const rev = encodeRevision(revision)
    const line = `{"_key":"k","_id":"c/k","_rev":"${rev}","_from":1}`
    assert.deepEqual(await linesOf(store, collection), [line])
  })

  const invalid: readonly string[] = [
    '',
    '[]',
    '1',
    '{"a":}',
    '{} {}',
    '{"_key":1}',
    '{"_key":""}',
    '{"_key":"a b"}',
    '{"_key":"a/b"}',
    `{"_key":"${'x'.repeat(255)}"}`,
  ]
  for (const text of invalid) {
    it(`refuses ${text.slice(0, 20)} and writes nothing`, async () => {
      const store = await open()
      const collection = await makeCollection(store)
      const { lastTick } = store
      const code = text.startsWith('{"_key"') ? 'ERR_KEY_INVALID' : 'ERR_DOCUMENT_INVALID'
      await assert.rejects(store.insert(collection, text), withCode(code))
      assert.equal(reread(store, collection).documents, 0)
      assert.equal(store.lastTick, lastTick)
    })
  }

  it('refuses a key that is taken, and others of the same turn go on', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, chunkOf(['{"_key":"k","_rev":"_fMzozz2---"}']))
    const results = await Promise.allSettled(
      ['{"_key":"k"}', '{"_key":"l"}', '{"_key":"l"}', '{"_key":"m"}'].map((text) =>
        store.insert(collection, text),
      ),
    )
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal(reread(store, collection).documents, 3)
    await assert.rejects(store.insert(collection, '{"_key":"k"}'), withCode('ERR_DOCUMENT_EXISTS'))
  })
})
