import assert from 'node:assert/strict'
import { assertError } from '../support/ask.js'
import { askDocument, itemsOf } from '../support/documents.js'
import { askTail, markersOf } from '../support/tail.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

/** The errorNum of each item, and 0 of one that was written. */
function errorNums(items: readonly Record<string, unknown>[]): unknown[] {
  return items.map(({ errorNum = 0 }) => errorNum)
}

describe('/_api/document of many documents', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    await leader.store.createCollection(leader.system, { name: 'c', type: 2 })
  })

  after(() => leader.close())

  function countOf(name: string): number {
    return leader.store.collection(leader.system, name)?.documents ?? -1
  }

  it('writes what is not refused as one transaction, and counts the errors', async () => {
    const { lastTick } = leader.store
    const body = '[{"_key":"a","n":1.0},{"_key":"a"}, 7 ,{"_key":"?"},{"_key":"b"},{"_key":"b"}]'
    const reply = await askDocument(leader, 'POST', 'c?returnNew=1', { body })
    assert.equal(reply.status, 202)
    const items = itemsOf(reply)
    assert.deepEqual(errorNums(items), [0, 1210, 1227, 1221, 0, 1210])
    const codes = JSON.parse(String(reply.headers['x-arango-error-codes'])) as unknown
    assert.deepEqual(codes, { 1210: 2, 1221: 1, 1227: 1 })
    assert.deepEqual(Object.keys(items[1] ?? {}).sort(), ['error', 'errorMessage', 'errorNum'])
    assert.match(reply.body.toString(), /"new":\{"_key":"a","_id":"c\/a","_rev":"[^"]+","n":1\.0\}/)
    const markers = markersOf(await askTail(leader.url, { from: lastTick }))
    assert.deepEqual(
      markers.map(({ type }) => type),
      [2200, 2300, 2300, 2201],
    )
  })

  it('answers silently but for errors', async () => {
    const body = [{ _key: 'quiet' }, { _key: 'quiet' }]
    const reply = await askDocument(leader, 'POST', 'c?silent=1', { body })
    assert.deepEqual(errorNums(itemsOf(reply)), [1210])
    const all = await askDocument(leader, 'DELETE', 'c?silent=1&waitForSync=1', { body: ['quiet'] })
    assert.deepEqual([all.status, all.body.toString()], [200, '[]'])
    assert.equal(all.headers['x-arango-error-codes'], undefined)
  })

  it('reads with onlyget, and heeds _rev with ignoreRevs=false', async () => {
    await askDocument(leader, 'POST', 'c', { body: { _key: 'read', n: 1 } })
    const body = ['read', 'c/read', 'other/read', 'none', { _key: 'read', _rev: '_old' }, 5, {}]
    for (const flag of ['1', 'true']) {
      const reply = await askDocument(leader, 'PUT', `c?onlyget=${flag}`, { body })
      assert.equal(reply.status, 200)
      assert.deepEqual(errorNums(itemsOf(reply)), [0, 0, 1205, 1202, 0, 1205, 1226])
      assert.equal(itemsOf(reply)[0]?.['n'], 1)
    }
    const strict = await askDocument(leader, 'PUT', 'c?onlyget=1&ignoreRevs=false', { body })
    assert.deepEqual(errorNums(itemsOf(strict)), [0, 0, 1205, 1202, 1200, 1205, 1226])
    assert.equal(itemsOf(strict)[4]?.['_key'], 'read')
  })

  it('removes by key, _id and object', async () => {
    await askDocument(leader, 'POST', 'c', { body: ['x', 'y', 'z', 'q'].map((_key) => ({ _key })) })
    const body = ['x', 'c/y', { _id: 'c/z' }, { _key: 'q', _rev: '_old' }, 'x', null]
    const reply = await askDocument(leader, 'DELETE', 'c?ignoreRevs=0', { body })
    assert.deepEqual(errorNums(itemsOf(reply)), [0, 0, 0, 1200, 1202, 1205])
  })

  it('takes an array that is empty, and leaves no trace of it in the log', async () => {
    const { lastTick } = leader.store
    const reply = await askDocument(leader, 'POST', 'c', { body: [] })
    assert.deepEqual([reply.status, reply.body.toString()], [202, '[]'])
    assert.equal(leader.store.lastTick, lastTick)
  })

  it('refuses more items than a body may list, before it writes one', async () => {
    const before = countOf('c')
    const body = `[${'0,'.repeat(500_000)}0]`
    assertError(await askDocument(leader, 'POST', 'c', { body }), 413, 413)
    assert.equal(countOf('c'), before)
  })

  it('refuses an array that is not JSON as a whole', async () => {
    const before = countOf('c')
    assertError(await askDocument(leader, 'POST', 'c', { body: '[{},{]' }), 400, 600)
    assertError(await askDocument(leader, 'POST', 'c', { body: '[{}] 1' }), 400, 600)
    assertError(await askDocument(leader, 'POST', 'none', { body: '[{}]' }), 404, 1203)
    assert.equal(countOf('c'), before)
  })

  it('writes and reads 80,000 documents in one body each', async () => {
    await leader.store.createCollection(leader.system, { name: 'large', type: 2 })
    const keys = Array.from({ length: 80_000 }, (_, index) => `k${index}`)
    const body = keys.map((_key, n) => ({ _key, n }))
    const made = itemsOf(await askDocument(leader, 'POST', 'large', { body }))
    assert.deepEqual([made.length, made.at(-1)?.['_key']], [80_000, 'k79999'])
    assert.equal(countOf('large'), 80_000)
    const read = itemsOf(await askDocument(leader, 'PUT', 'large?onlyget=1', { body: keys }))
    assert.deepEqual(
      read.map(({ n }) => n),
      keys.map((_, index) => index),
    )
  })
})

describe('bounds of bodies with documents', () => {
  it('refuses bodies that are too large, or too many at one time', async () => {
    const limits = { documentsBodyBytesMax: 1000, heldDocumentsBytesMax: 1500 }
    const leader = await startTestLeader({ limits })
    try {
      await leader.store.createCollection(leader.system, { name: 'c', type: 2 })
      const body = { text: 'x'.repeat(980) }
      assertError(await askDocument(leader, 'POST', 'c', { body: [body, body] }), 413, 413)
      const fits = { body: { text: 'x'.repeat(900) } }
      const chunked = { ...fits, headers: { 'transfer-encoding': 'chunked' } }
      const replies = await Promise.all([
        askDocument(leader, 'POST', 'c', chunked),
        askDocument(leader, 'POST', 'c', chunked),
      ])
      const statuses = replies.map(({ status }) => status).sort()
      assert.ok(statuses[0] === 202 && (statuses[1] === 202 || statuses[1] === 503))
      assert.equal((await askDocument(leader, 'POST', 'c', fits)).status, 202)
      assertError(await askDocument(leader, 'GET', 'c/none'), 404, 1202)
    } finally {
      await leader.close()
    }
  })

  it('refuses an answer that has no room, and writes nothing then', async () => {
    const leader = await startTestLeader({ limits: { heldAnswerBytesMax: 1000 } })
    try {
      await leader.store.createCollection(leader.system, { name: 'c', type: 2 })
      const body = Array.from({ length: 50 }, (_, n) => ({ n }))
      assertError(await askDocument(leader, 'POST', 'c', { body }), 503, 32)
      assert.equal(leader.store.collection(leader.system, 'c')?.documents, 0)
      assert.equal((await askDocument(leader, 'POST', 'c?silent=1', { body })).status, 202)
      const text = 'x'.repeat(2000)
      const made = await askDocument(leader, 'POST', 'c?returnNew=1', { body: { _key: 'l', text } })
      assert.equal(made.status, 202)
      assertError(await askDocument(leader, 'GET', 'c/l'), 503, 32)
    } finally {
      await leader.close()
    }
  })
})
