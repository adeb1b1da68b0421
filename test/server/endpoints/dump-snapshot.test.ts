import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ask } from '../support/ask.js'
import { askDump, linesOf, openBatch } from '../support/replication.js'
import {
  fillCollection,
  startTestLeader,
  type FilledCollection,
  type TestLeader,
} from '../support/test-leader.js'

describe('GET dump of a snapshot', () => {
  let leader: TestLeader
  let url: string
  let filled: FilledCollection
  let batchId: string

  before(async () => {
    leader = await startTestLeader()
    ;({ url } = leader)
    filled = await fillCollection(leader.store, 'c', 50, { filler: 'ä"\\' })
    batchId = await openBatch(url)
  })

  after(() => leader.close())

  const anyChunkSize = fc.oneof(
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 0, max: 20_000 }),
  )
  const anyForm = fc.constantFrom({}, { useEnvelope: 'true' }, { useEnvelope: 'false' })

  /** Dumps in chunks whose sizes take turns, beginning above `from` each time, to the end. */
  async function dumpInChunks(
    parameters: Readonly<Record<string, string>>,
    chunkSizes: readonly number[],
  ): Promise<Buffer> {
    const bodies: Buffer[] = []
    let from = '0'
    for (let round = 0; ; round += 1) {
      const chunkSize = chunkSizes[round % chunkSizes.length] ?? 0
      const reply = await askDump(url, { ...parameters, batchId, from, chunkSize })
      bodies.push(reply.body)
      if (reply.headers['x-arango-replication-checkmore'] !== 'true') return Buffer.concat(bodies)
      from = String(reply.headers['x-arango-replication-lastincluded'])
    }
  }

  it('gives the same bytes in chunks of any size as at once', () =>
    fc.assert(
      fc.asyncProperty(
        anyForm,
        fc.array(anyChunkSize, { minLength: 1, maxLength: 3 }),
        async (form, chunkSizes) => {
          const parameters = { collection: 'c', ...form }
          const whole = await askDump(url, { ...parameters, batchId, from: 0, chunkSize: 1e7 })
          assert.deepEqual(await dumpInChunks(parameters, chunkSizes), whole.body)
        },
      ),
      { numRuns: 25 },
    ))

  it('shows nothing that was written after the batch was made', async () => {
    const { store, system } = leader
    const before = await openBatch(url)
    await store.insert(filled.collection, '{"_key":"new"}')
    await store.createCollection(system, { name: 'later', type: 2 })
    const request = { collection: 'c', useEnvelope: 'false', chunkSize: 1e7, from: 0 }
    const old = await askDump(url, { ...request, batchId: before })
    assert.deepEqual(linesOf(old), filled.documents)
    assert.equal((await askDump(url, { batchId: before, collection: 'later' })).status, 404)
    const now = await askDump(url, { ...request, batchId: await openBatch(url) })
    assert.equal(linesOf(now).length, 51)
  })

  it('stays as it was while documents are written and the collection is dropped', async () => {
    const { store } = leader
    const { collection, documents } = await fillCollection(store, 'busy', 40)
    const before = await openBatch(url)
    const request = { collection: 'busy', batchId: before, useEnvelope: 'false', chunkSize: 1 }
    const seen: string[] = []
    for (let round = 0; round < 20; round += 1) {
      seen.push(...linesOf(await askDump(url, request)))
      await store.insert(collection, '{}')
    }
    await store.dropCollection(collection)
    for (let round = 0; round < 20; round += 1) seen.push(...linesOf(await askDump(url, request)))
    assert.deepEqual(seen, documents)
    await ask(`${url}/_api/replication/batch/${before}`, { method: 'DELETE' })
  })
})
