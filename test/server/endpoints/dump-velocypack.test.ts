import assert from 'node:assert/strict'
import { CONTENT_TYPE, JsonWriter, parseVelocyPack } from '../../../lib/wire/index.js'
import { SliceSplitter } from '../../../lib/wire/velocypack/slice-splitter.js'
import { assertError, type Reply } from '../support/ask.js'
import {
  askDump,
  dumpHeaders,
  linesOf,
  openBatch,
  toVelocyPack,
  WANTS_VELOCYPACK,
} from '../support/replication.js'
import {
  fillCollection,
  revisionOf,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'

const COUNT = 30

/** The values of a body one after the other, as JSON. */
function valuesOf({ body }: Reply): string[] {
  const splitter = new SliceSplitter()
  const writer = new JsonWriter()
  const values = [...splitter.split(body)].map((slice) => writer.write(slice).toString())
  splitter.finish()
  return values
}

describe('GET dump in VelocyPack', () => {
  let leader: TestLeader
  let url: string
  let batchId: string

  before(async () => {
    leader = await startTestLeader()
    ;({ url } = leader)
    await fillCollection(leader.store, 'documents', COUNT)
    await fillCollection(leader.store, 'edges', 3, { type: 3 })
    await fillCollection(leader.store, 'empty', 0)
    batchId = await openBatch(url)
  })

  after(() => leader.close())

  function request(parameters: Record<string, string | number>, isPacked = true): Promise<Reply> {
    const all = { collection: 'documents', batchId, ...parameters }
    return askDump(url, all, isPacked ? { headers: WANTS_VELOCYPACK } : {})
  }

  for (const form of [{}, { useEnvelope: 'true' }, { useEnvelope: 'false' }]) {
    for (const collection of ['documents', 'edges']) {
      it(`gives a value for each line of ${collection} ${JSON.stringify(form)}`, async () => {
        const parameters = { collection, from: 0, ...form }
        const reply = await request(parameters)
        const lines = await request(parameters, false)
        assert.equal(reply.headers['content-type'], CONTENT_TYPE.velocypack)
        assert.equal(lines.headers['content-type'], CONTENT_TYPE.dump)
        assert.deepEqual(valuesOf(reply), linesOf(lines))
        assert.deepEqual(dumpHeaders(reply), dumpHeaders(lines))
      })
    }
  }

  it('ends chunks where those of lines end', async () => {
    for (const chunkSize of [0, 300, 1000]) {
      const parameters = { from: revisionOf(3).toString(), chunkSize, useEnvelope: 'false' }
      const [reply, lines] = [await request(parameters), await request(parameters, false)]
      assert.deepEqual(dumpHeaders(reply), dumpHeaders(lines))
      assert.equal(valuesOf(reply).length, linesOf(lines).length)
    }
  })

  it('moves the kept position, and ends with 204', async () => {
    const own = await openBatch(url)
    const parameters = { batchId: own, chunkSize: 1000, useEnvelope: 'false' }
    const values: string[] = []
    for (;;) {
      const reply = await request(parameters)
      if (reply.status === 204) {
        assert.deepEqual(dumpHeaders(reply), [204, 'false', '0'])
        break
      }
      values.push(...valuesOf(reply))
    }
    const all = await request({ from: 0, useEnvelope: 'false' }, false)
    assert.deepEqual(values, linesOf(all))
  })

  it('gives one array with array=true', async () => {
    const lines = linesOf(await request({ from: 0, useEnvelope: 'false' }, false))
    const reply = await request({ from: 0, useEnvelope: 'false', array: 'true' })
    assert.deepEqual(dumpHeaders(reply), [200, 'false', revisionOf(COUNT - 1).toString()])
    assert.equal(reply.headers['content-length'], String(reply.body.length))
    const values = lines.map((line) => JSON.parse(line) as unknown)
    assert.deepEqual(reply.body, Buffer.from(toVelocyPack(values)))
  })

  it('goes on from array to array, and gives an empty one at the end', async () => {
    const own = await openBatch(url)
    const parameters = { batchId: own, useEnvelope: 'false', array: 'true', chunkSize: 700 }
    let count = 0
    for (;;) {
      const reply = await request(parameters)
      assert.equal(reply.status, 200)
      const array = parseVelocyPack(reply.body)
      if (array.count === 0) {
        assert.deepEqual([[...reply.body], ...dumpHeaders(reply)], [[0x01], 200, 'false', '0'])
        break
      }
      count += array.count
    }
    assert.equal(count, COUNT)
  })

  it('gives arrays of bare documents only, and only in VelocyPack', async () => {
    for (const form of [{}, { useEnvelope: 'true' }]) {
      const reply = await request({ from: 0, array: 'true', ...form })
      assert.equal(valuesOf(reply).length, COUNT)
    }
    const lines = await request({ from: 0, array: 'true', useEnvelope: 'false' }, false)
    assert.equal(linesOf(lines).length, COUNT)
    const empty = await request({ collection: 'empty', from: 0, array: 'false' })
    assert.equal(empty.status, 204)
  })

  it('gives shorter arrays where there is no memory to hold them, and always one document', async () => {
    const tight = await startTestLeader({ limits: { heldAnswerBytesMax: 250 } })
    const { documents } = await fillCollection(tight.store, 'documents', COUNT)
    const own = await openBatch(tight.url)
    const parameters = {
      collection: 'documents',
      batchId: own,
      useEnvelope: 'false',
      array: 'true',
    }
    const options = { headers: WANTS_VELOCYPACK }
    const counts: number[] = []
    for (let count = 0; count < COUNT; count += counts.at(-1) ?? 0) {
      const reply = await askDump(tight.url, parameters, options)
      counts.push(parseVelocyPack(reply.body).count)
      assert.ok(counts.length <= COUNT)
    }
    const whole = Math.ceil(250 / ((documents[0]?.length ?? 0) + 7))
    assert.ok(
      counts.every((count) => count >= 1 && count <= whole),
      counts.join(' '),
    )
    await tight.close()
  })

  it('gives errors in VelocyPack too', async () => {
    const reply = await request({ collection: 'unknown' })
    assert.equal(reply.headers['content-type'], CONTENT_TYPE.velocypack)
    const body = new JsonWriter().write(reply.body)
    const headers = { ...reply.headers, 'content-type': CONTENT_TYPE.json }
    assertError({ ...reply, headers, body }, 404, 1203)
  })

  it('gives the deepest document that there can be, in its envelope too', async () => {
    const { store, url: at, close } = await startTestLeader()
    const { collection } = await fillCollection(store, 'deep', 0)
    await store.insert(collection, `{"a":${'['.repeat(199)}${']'.repeat(199)}}`)
    const own = { collection: 'deep', batchId: await openBatch(at), from: 0 }
    const options = { headers: WANTS_VELOCYPACK }
    const writer = new JsonWriter({ depthMax: 201 })
    for (const form of [{}, { useEnvelope: 'false' }]) {
      const { body } = await askDump(at, { ...own, ...form }, options)
      const lines = linesOf(await askDump(at, { ...own, ...form }))
      const [slice, ...others] = [...new SliceSplitter().split(body)]
      assert.ok(slice !== undefined && others.length === 0)
      assert.equal(writer.write(slice).toString(), lines[0])
    }
    await close()
  })

  it('cuts an answer at a document that VelocyPack has no word for', async () => {
    const errors: unknown[] = []
    const {
      store,
      url: at,
      close,
    } = await startTestLeader({
      onRequestError: (error) => errors.push(error),
    })
    const { collection } = await fillCollection(store, 'documents', 1)
    await store.insert(collection, '{"large":1e999}')
    const own = { collection: 'documents', batchId: await openBatch(at), from: 0 }
    const options = { headers: WANTS_VELOCYPACK }
    await assert.rejects(askDump(at, own, options), { code: 'ECONNRESET' })
    const array = await askDump(at, { ...own, useEnvelope: 'false', array: '1' }, options)
    assert.equal(array.status, 500)
    assert.deepEqual(
      errors.map((error) => (error as { code?: string }).code),
      ['ERR_VELOCYPACK', 'ERR_VELOCYPACK'],
    )
    assert.equal(linesOf(await askDump(at, own)).length, 2)
    await close()
  })
})
