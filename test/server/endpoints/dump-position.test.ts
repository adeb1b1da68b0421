import assert from 'node:assert/strict'
import { once } from 'node:events'
import { ask, assertError, begin } from '../support/ask.js'
import { askDump, dumpHeaders, dumpUrl, linesOf, openBatch } from '../support/replication.js'
import {
  fillCollection,
  revisionOf,
  startTestLeader,
  type FilledCollection,
  type TestLeader,
} from '../support/test-leader.js'

/** Larger than all that sockets hold together. */
const LARGE = { filler: 'x'.repeat(200_000), count: 60 }

describe('GET dump without from', () => {
  let leader: TestLeader
  let url: string
  let small: FilledCollection
  let large: FilledCollection

  before(async () => {
    leader = await startTestLeader({ limits: { openBatchesMax: 1 } })
    ;({ url } = leader)
    small = await fillCollection(leader.store, 'small', 5)
    large = await fillCollection(leader.store, 'large', LARGE.count, LARGE)
  })

  after(() => leader.close())

  async function withBatch(body: (batchId: string) => Promise<void>): Promise<void> {
    const batchId = await openBatch(url)
    try {
      await body(batchId)
    } finally {
      await ask(`${url}/_api/replication/batch/${batchId}`, { method: 'DELETE' })
    }
  }

  it('goes on where the last answer ended, and stays at the end', () =>
    withBatch(async (batchId) => {
      const request = { collection: 'small', batchId, chunkSize: 0, useEnvelope: 'false' }
      for (const [index, text] of small.documents.entries()) {
        const reply = await askDump(url, request)
        assert.deepEqual(linesOf(reply), [text])
        const checkMore = index < 4 ? 'true' : 'false'
        assert.deepEqual(dumpHeaders(reply), [200, checkMore, revisionOf(index).toString()])
      }
      for (let round = 0; round < 2; round += 1) {
        assert.deepEqual(dumpHeaders(await askDump(url, request)), [204, 'false', '0'])
      }
    }))

  it('has one position for all names of a collection', () =>
    withBatch(async (batchId) => {
      const { id, definition } = small.collection
      const seen: string[] = []
      for (const collection of ['small', `${id}`, definition.globallyUniqueId, 'small']) {
        const request = { collection, batchId, chunkSize: 1, useEnvelope: 'false' }
        seen.push(...linesOf(await askDump(url, request)))
      }
      assert.deepEqual(seen, small.documents.slice(0, 4))
    }))

  it('is neither moved nor read by requests that say where to begin', () =>
    withBatch(async (batchId) => {
      const request = { collection: 'small', batchId, chunkSize: 1, useEnvelope: 'false' }
      await askDump(url, request)
      await askDump(url, { ...request, from: revisionOf(3).toString() })
      const first = await askDump(url, { ...request, from: 0 })
      assert.deepEqual(linesOf(first), small.documents.slice(0, 1))
      assert.deepEqual(linesOf(await askDump(url, request)), small.documents.slice(1, 2))
    }))

  it('gives each batch a position of its own', async () => {
    const request = { collection: 'small', chunkSize: 1, useEnvelope: 'false' }
    for (let round = 0; round < 2; round += 1) {
      await withBatch(async (batchId) => {
        const reply = await askDump(url, { ...request, batchId })
        assert.deepEqual(linesOf(reply), small.documents.slice(0, 1))
      })
    }
  })

  it('gives every entry once to requests that come at the same time', () =>
    withBatch(async (batchId) => {
      const request = { collection: 'small', batchId, chunkSize: 1, useEnvelope: 'false' }
      const replies = await Promise.all(Array.from({ length: 7 }, () => askDump(url, request)))
      assert.deepEqual(replies.flatMap(linesOf).toSorted(), small.documents.toSorted())
      assert.deepEqual(replies.filter(({ status }) => status === 204).length, 2)
    }))

  it('does not move when the reader went away before the end', () =>
    withBatch(async (batchId) => {
      const request = { collection: 'large', batchId, chunkSize: 60_000_000, useEnvelope: 'false' }
      const response = await begin(dumpUrl(url, request))
      response.destroy()
      await once(response, 'close')
      const again = await askDump(url, request)
      assert.deepEqual(linesOf(again), large.documents)
    }))

  it('holds the snapshot of a deleted batch until the reader has all, or goes away', async () => {
    const batchId = await openBatch(url)
    const request = { collection: 'large', batchId, chunkSize: 60_000_000 }
    const responses = [await begin(dumpUrl(url, { ...request, from: 0 }))]
    responses.push(await begin(dumpUrl(url, { ...request, from: 1 })))
    await ask(`${url}/_api/replication/batch/${batchId}`, { method: 'DELETE' })
    assertError(await askDump(url, { ...request, from: 0 }), 404, 400)
    const [reader, leaver] = responses
    let bytes = 0
    for await (const block of reader as AsyncIterable<Buffer>) bytes += block.length
    assert.equal(bytes, Number(reader?.headers['content-length']))
    assertError(await ask(`${url}/_api/replication/batch`, { method: 'POST', body: '{}' }), 503, 32)
    leaver?.destroy()
    let status = 503
    while (status === 503) {
      ;({ status } = await ask(`${url}/_api/replication/batch`, { method: 'POST', body: '{}' }))
    }
    assert.equal(status, 200)
  })
})
