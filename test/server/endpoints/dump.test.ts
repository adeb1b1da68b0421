import assert from 'node:assert/strict'
import { parseDumpLine } from '../../../lib/wire/index.js'
import { assertError } from '../support/ask.js'
import { askDump, dumpHeaders, linesOf, openBatch } from '../support/replication.js'
import {
  fillCollection,
  revisionOf,
  startTestLeader,
  type FilledCollection,
  type TestLeader,
} from '../support/test-leader.js'

describe('GET dump', () => {
  let leader: TestLeader
  let url: string
  let documents: FilledCollection
  let edges: FilledCollection
  let batchId: string

  before(async () => {
    leader = await startTestLeader()
    ;({ url } = leader)
    documents = await fillCollection(leader.store, 'documents', 20)
    edges = await fillCollection(leader.store, 'edges', 3, { type: 3 })
    await fillCollection(leader.store, 'empty', 0)
    const other = await leader.store.createDatabase('other')
    await fillCollection(leader.store, 'elsewhere', 2, { database: other })
    batchId = await openBatch(url)
  })

  after(() => leader.close())

  it('gives the documented form when nothing is said of the envelope', async () => {
    const reply = await askDump(url, { collection: 'documents', batchId, from: 0 })
    assert.equal(reply.headers['content-type'], 'application/x-arango-dump')
    const lines = linesOf(reply)
    assert.equal(lines.length, 20)
    lines.forEach((line, index) => {
      const entry = parseDumpLine(Buffer.from(line))
      const rev = (entry.revisionText ?? '').padStart(11, '-')
      const head = `{"tick":"${revisionOf(index)}","type":2300,"key":"key${index}","rev":"${rev}",`
      assert.equal(line, `${head}"data":${documents.documents[index] ?? ''}}`)
    })
  })

  it('gives edges the type 2301 in the documented form only', async () => {
    const types = async (form: Record<string, string>): Promise<unknown> => {
      const reply = await askDump(url, { collection: 'edges', batchId, from: 0, ...form })
      return linesOf(reply).map((line) => (JSON.parse(line) as { type?: number }).type)
    }
    assert.deepEqual(await types({}), [2301, 2301, 2301])
    assert.deepEqual(await types({ useEnvelope: 'true' }), [2300, 2300, 2300])
    assert.deepEqual(await types({ useEnvelope: 'false' }), [undefined, undefined, undefined])
  })

  it('gives {type,data} with useEnvelope=true and bare documents with anything else', async () => {
    const base = { collection: 'edges', batchId, from: 0 }
    for (const useEnvelope of ['true', '1', 'Yes']) {
      const expected = edges.documents.map((text) => `{"type":2300,"data":${text}}`)
      assert.deepEqual(linesOf(await askDump(url, { ...base, useEnvelope })), expected)
    }
    for (const useEnvelope of ['false', '0', '', 'no', 'maybe']) {
      assert.deepEqual(linesOf(await askDump(url, { ...base, useEnvelope })), edges.documents)
    }
  })

  it('takes the tick of the last line as lastincluded and says whether more follows', async () => {
    const base = { collection: 'documents', batchId, from: 0 }
    const whole = await askDump(url, base)
    assert.deepEqual(dumpHeaders(whole), [200, 'false', revisionOf(19).toString()])
    const part = await askDump(url, { ...base, chunkSize: 1 })
    assert.deepEqual(dumpHeaders(part), [200, 'true', revisionOf(0).toString()])
    assert.equal(part.headers['content-length'], String(part.body.length))
  })

  for (const chunkSize of ['0', '1', 'x', '', '-5']) {
    it(`gives one entry for a chunkSize of "${chunkSize}"`, async () => {
      const reply = await askDump(url, { collection: 'documents', batchId, from: 0, chunkSize })
      assert.equal(linesOf(reply).length, 1)
    })
  }

  it('looks at chunkSize after each line, counted as it is sent', async () => {
    for (const useEnvelope of [undefined, 'true', 'false']) {
      const form = useEnvelope === undefined ? {} : { useEnvelope }
      const base = { collection: 'documents', batchId, from: 0, ...form }
      const lines = linesOf(await askDump(url, base))
      const sizes = lines.map((line) => line.length + 1)
      const three = sizes.slice(0, 3).reduce((sum, size) => sum + size)
      const count = async (chunkSize: number): Promise<number> =>
        linesOf(await askDump(url, { ...base, chunkSize })).length
      assert.deepEqual([await count(three), await count(three + 1)], [3, 4])
    }
  })

  it('gives entries above from, and 204 with lastincluded 0 where there are none', async () => {
    const base = { collection: 'documents', batchId, useEnvelope: 'false' }
    const above = await askDump(url, { ...base, from: revisionOf(16).toString() })
    assert.deepEqual(linesOf(above), documents.documents.slice(17))
    const between = await askDump(url, { ...base, from: (revisionOf(17) - 1n).toString() })
    assert.deepEqual(linesOf(between), documents.documents.slice(17))
    for (const from of [revisionOf(19).toString(), '18446744073709551615']) {
      const end = await askDump(url, { ...base, from })
      assert.deepEqual(dumpHeaders(end), [204, 'false', '0'])
      assert.equal(end.body.length, 0)
    }
  })

  it('gives 204 for an empty collection', async () => {
    for (const from of [{}, { from: 0 }]) {
      const reply = await askDump(url, { collection: 'empty', batchId, ...from })
      assert.deepEqual(dumpHeaders(reply), [204, 'false', '0'])
    }
  })

  it('gives the same answer to the same request', async () => {
    const request = { collection: 'documents', batchId, from: 0, chunkSize: 300 }
    const [one, other] = [await askDump(url, request), await askDump(url, request)]
    assert.deepEqual(one.body, other.body)
    assert.deepEqual(dumpHeaders(one), dumpHeaders(other))
  })

  it('finds a collection by name, id and globallyUniqueId', async () => {
    const { id, definition } = documents.collection
    for (const collection of ['documents', `${id}`, definition.globallyUniqueId]) {
      const reply = await askDump(url, { collection, batchId, from: 0, useEnvelope: 'false' })
      assert.deepEqual(linesOf(reply), documents.documents)
    }
  })

  it('takes a batch of any database, and looks for the collection in that of the path', async () => {
    const inOther = await askDump(`${url}/_db/other`, { collection: 'elsewhere', batchId, from: 0 })
    assert.equal(linesOf(inOther).length, 2)
    assertError(await askDump(url, { collection: 'elsewhere', batchId }), 404, 1203)
    assertError(await askDump(`${url}/_db/other`, { collection: 'documents', batchId }), 404, 1203)
  })

  it('ignores what real followers send besides', async () => {
    const besides = { to: 1, flush: 'true', ticks: 'x', includeSystem: 'true', serverId: 7 }
    const request = { collection: 'edges', batchId, from: 0, useEnvelope: 'false', ...besides }
    const reply = await askDump(url, request)
    assert.equal(reply.headers['content-type'], 'application/x-arango-dump')
    assert.deepEqual(linesOf(reply), edges.documents)
  })

  it('refuses a missing or unknown batch with 404 and 400', async () => {
    assertError(await askDump(url, { collection: 'documents' }), 404, 400)
    assertError(await askDump(url, { collection: 'documents', batchId: '' }), 404, 400)
    for (const unknown of ['1', 'x', '18446744073709551616']) {
      assertError(await askDump(url, { collection: 'documents', batchId: unknown }), 404, 400)
    }
  })

  it('refuses an unknown collection with 404 and 1203, a missing one with 400', async () => {
    for (const collection of ['unknown', '99999999', 'Documents']) {
      assertError(await askDump(url, { collection, batchId }), 404, 1203)
    }
    assertError(await askDump(url, { batchId }), 400, 400)
    assertError(await askDump(url, { collection: '', batchId }), 400, 400)
  })
})
