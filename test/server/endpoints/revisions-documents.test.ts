import assert from 'node:assert/strict'
import type { LeaderLimits } from '../../../lib/server/index.js'
import { encodeRevision, revision } from '../../../lib/values/index.js'
import { CONTENT_TYPE } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { ask, type AskOptions, type Reply } from '../support/ask.js'
import {
  askRevisions,
  openBatch,
  toVelocyPack,
  velocyPackValue,
  WANTS_VELOCYPACK,
} from '../support/replication.js'
import {
  fillCollection,
  revisionOf,
  startTestLeader,
  type FilledCollection,
  type TestLeader,
} from '../support/test-leader.js'

const COUNT = 40

/** The text of the revision of a document, or of one that no document has. */
function at(index: number, offset = 0, pad = true): string {
  return encodeRevision(revision(revisionOf(index) + BigInt(offset)), { pad })
}

describe('PUT revisions/documents', () => {
  let leader: TestLeader
  let filled: FilledCollection
  let batchId: string
  let url: string

  before(async () => {
    leader = await startTestLeader()
    ;({ url } = leader)
    filled = await fillCollection(leader.store, 'documents', COUNT)
    batchId = await openBatch(url)
  })

  after(() => leader.close())

  function request(
    revisions: readonly string[],
    parameters: Record<string, string | number> = {},
    options: AskOptions = {},
  ): Promise<Reply> {
    const body = JSON.stringify(revisions)
    const all = { collection: 'documents', batchId, ...parameters }
    return askRevisions(url, 'documents', all, { method: 'PUT', body, ...options })
  }

  function text(index: number): string {
    return filled.documents[index] ?? ''
  }

  function bytesOf(...indexes: number[]): number {
    return indexes.reduce((sum, index) => sum + text(index).length, 0)
  }

  it('gives the documents in the order of the request, with the bytes they have', async () => {
    for (const indexes of [[0, 1, 2], [5, 3, 3, 30], [COUNT - 1], []]) {
      for (const pad of [true, false]) {
        const { status, headers, body } = await request(indexes.map((each) => at(each, 0, pad)))
        assert.deepEqual([status, headers['content-type']], [200, 'application/json'])
        assert.equal(body.toString(), `[${indexes.map(text).join(',')}]`)
      }
    }
  })

  it('gives {} for a revision that no document has', async () => {
    const { body } = await request([at(0, 1), at(1), '', 'M9999999999'])
    assert.equal(body.toString(), `[{},${text(1)},{},{}]`)
  })

  it('ends before the document that is too much, but has one in any case', async () => {
    const all = [at(1), at(2), at(0, 1), at(3)]
    const answered = async (chunkSize: number | string): Promise<number> => {
      const { body } = await request(all, { chunkSize })
      return (JSON.parse(body.toString()) as unknown[]).length
    }
    assert.equal(await answered(bytesOf(1, 2)), 2)
    assert.equal(await answered(bytesOf(1, 2) + 2), 3)
    assert.equal(await answered(bytesOf(1, 2) - 1), 1)
    assert.equal(await answered(bytesOf(1, 2, 3) + 1), 3)
    assert.equal(await answered(bytesOf(1, 2, 3) + 2), 4)
    for (const small of [0, 1, 'x', '-5']) assert.equal(await answered(small), 1)
  })

  it('counts the bytes of VelocyPack where that is answered', async () => {
    const slices = [1, 2, 3].map((index) => Buffer.from(toVelocyPack(JSON.parse(text(index)))))
    const sizes = slices.map(({ length }) => length)
    const answered = async (chunkSize: number): Promise<number> => {
      const options = { headers: WANTS_VELOCYPACK }
      const reply = await request([at(1), at(2), at(3)], { chunkSize }, options)
      return (velocyPackValue(reply) as unknown[]).length
    }
    const two = (sizes[0] ?? 0) + (sizes[1] ?? 0)
    assert.deepEqual([await answered(two), await answered(two - 1), await answered(0)], [2, 1, 1])
  })

  it('gives VelocyPack with the bytes that the whole array has', async () => {
    const revisions = [at(0), at(1), at(0, 1), at(2)]
    const reply = await request(revisions, {}, { headers: WANTS_VELOCYPACK })
    assert.equal(reply.headers['content-type'], CONTENT_TYPE.velocypack)
    assert.equal(reply.headers['content-length'], String(reply.body.length))
    const values = [text(0), text(1), '{}', text(2)].map((each) => JSON.parse(each) as unknown)
    assert.deepEqual(reply.body, Buffer.from(toVelocyPack(values)))
    const none = await request([], {}, { headers: WANTS_VELOCYPACK })
    assert.deepEqual([...none.body], [0x01])
  })

  it('reads a body in VelocyPack', async () => {
    const body = toVelocyPack([at(2), at(1)])
    const headers = { 'content-type': CONTENT_TYPE.velocypack }
    const reply = await request([], {}, { body, headers })
    assert.equal(reply.body.toString(), `[${text(2)},${text(1)}]`)
  })

  it('gives what the snapshot has, whatever is written afterwards', async () => {
    const { collection } = await fillCollection(leader.store, 'changing', 2)
    const own = await openBatch(url)
    await leader.store.truncateCollection(collection)
    const { body } = await request([at(0)], { collection: 'changing', batchId: own })
    assert.equal((JSON.parse(body.toString()) as { _key?: string }[])[0]?._key, 'key0')
  })

  it('keeps the batch while an answer is under way, and gives it back afterwards', async () => {
    const own = await openBatch(url)
    const { body } = await request([at(0)], { batchId: own })
    assert.equal(body.toString(), `[${text(0)}]`)
    const deleted = await ask(`${url}/_api/replication/batch/${own}`, { method: 'DELETE' })
    assert.equal(deleted.status, 204)
    assert.equal((await request([at(0)], { batchId: own })).status, 404)
  })
})

describe('PUT revisions/documents of what VelocyPack has no word for', () => {
  it('gives JSON in its place, so that a client gets past it', async () => {
    const errors: unknown[] = []
    const { store, url, close } = await startTestLeader({
      onRequestError: (error) => errors.push(error),
      limits: { heldAnswerBytesMax: 1000 },
    })
    const { collection } = await fillCollection(store, 'odd', 1)
    const odd = ['{"large":1e999}', '{"half":"\\ud800"}']
    for (const [index, text] of odd.entries()) {
      const line = text.replace('{', `{"_key":"odd${index}","_rev":"${at(index + 1)}",`)
      await store.applyChunk(collection, chunkOf([line]))
    }
    const all = { collection: 'odd', batchId: await openBatch(url) }
    const body = JSON.stringify([at(0), at(1), at(2)])
    for (let round = 0; round < 20; round += 1) {
      const reply = await askRevisions(url, 'documents', all, {
        method: 'PUT',
        body,
        headers: WANTS_VELOCYPACK,
      })
      assert.equal(reply.headers['content-type'], CONTENT_TYPE.json)
      for (const text of odd) assert.ok(reply.body.toString().includes(text.slice(1)))
    }
    assert.deepEqual(errors, [])
    await close()
  })
})

describe('PUT revisions/documents of large documents', () => {
  const TEXT_BYTES = 3 * 1024 * 1024

  /** Starts a leader with eight documents of 3 MiB. */
  async function start(limits: Partial<LeaderLimits>): Promise<TestLeader> {
    const leader = await startTestLeader({ limits })
    const { collection } = await fillCollection(leader.store, 'large', 0)
    for (let index = 0; index < 8; index += 1) {
      const rev = `"_rev":"${at(index)}"`
      const head = `"_key":"key${index}","_id":"large/key${index}",${rev}`
      const line = `{${head},"text":"${'x'.repeat(TEXT_BYTES)}"}`
      await leader.store.applyChunk(collection, chunkOf([line]))
    }
    return leader
  }

  const revisions = JSON.stringify(Array.from({ length: 8 }, (_, index) => at(index)))

  async function countOf(leader: TestLeader, isPacked: boolean): Promise<number> {
    const parameters = { collection: 'large', batchId: await openBatch(leader.url) }
    const reply = await askRevisions(leader.url, 'documents', parameters, {
      method: 'PUT',
      body: revisions,
      headers: isPacked ? WANTS_VELOCYPACK : {},
    })
    const value: unknown = isPacked ? velocyPackValue(reply) : JSON.parse(reply.body.toString())
    return (value as unknown[]).length
  }

  it('gives 16 MiB at most', async function () {
    this.timeout(120_000)
    const leader = await start({})
    assert.equal(await countOf(leader, false), 5)
    assert.equal(await countOf(leader, true), 5)
    await leader.close()
  })

  it('gives less VelocyPack where there is no memory to hold it, and always one', async function () {
    this.timeout(120_000)
    const tight = await start({ heldAnswerBytesMax: 2 * TEXT_BYTES + 1000 })
    assert.equal(await countOf(tight, true), 2)
    assert.equal(await countOf(tight, true), 2, 'the memory came back')
    assert.equal(await countOf(tight, false), 5)
    await tight.close()
    const none = await start({ heldAnswerBytesMax: 0 })
    assert.equal(await countOf(none, true), 1)
    await none.close()
  })
})
