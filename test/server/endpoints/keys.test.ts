import assert from 'node:assert/strict'
import { KeysHash } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { ask, askJson, assertError, type AskOptions, type Reply } from '../support/ask.js'
import { itemsOf } from '../support/documents.js'
import { openBatch } from '../support/replication.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

const COUNT = 250
/** In the order of the bytes of UTF-8, which is not that of UTF-16: the last is above 0xffff. */
const ODD_KEYS = ['!', 'A', 'a', 'a!', 'a:', 'b', 'é', '\u{ffee}', '\u{1f600}']
/** Above it the answers of `documents` end. */
const ANSWER_BYTES = 8 * 1024 * 1024

type Row = readonly [string, string]

/** The text of the revision of a document. */
function revOf(document: string): string {
  return String((JSON.parse(document) as Record<string, unknown>)['_rev'])
}

describe('the endpoints of keys', () => {
  let leader: TestLeader
  let rows: Row[]
  let documents: Map<string, string>
  let batchId: string

  before(async () => {
    leader = await startTestLeader()
    const filled = await fillCollection(leader.store, 'c', COUNT)
    documents = new Map(filled.documents.map((text, index) => [`key${index}`, text]))
    rows = [...documents].map(([key, text]): Row => [key, revOf(text)]).sort(byKey)
    const odd = await leader.store.createCollection(leader.system, { name: 'odd', type: 2 })
    const lines = ODD_KEYS.map((key, index) => JSON.stringify({ _key: key, _rev: `${index + 1}` }))
    await leader.store.applyChunk(odd, chunkOf([...lines].reverse()))
    batchId = await openBatch(leader.url)
    await fillCollection(leader.store, 'later', 1)
    await leader.store.truncateCollection(filled.collection)
  })

  after(() => leader.close())

  function byKey([a]: Row, [b]: Row): number {
    return a < b ? -1 : 1
  }

  function askKeys(path: string, options: AskOptions = {}): Promise<Reply> {
    return ask(`${leader.url}/_api/replication/keys${path}`, options)
  }

  async function begin(collection = 'c', more = ''): Promise<string> {
    const path = `?collection=${collection}&batchId=${batchId}${more}`
    const reply = await askKeys(path, { method: 'POST' })
    return String((JSON.parse(reply.body.toString()) as Record<string, unknown>)['id'])
  }

  async function put(query: string, positions?: unknown): Promise<Reply> {
    const options = positions === undefined ? {} : { body: JSON.stringify(positions) }
    return askKeys(`/${await begin()}?${query}`, { method: 'PUT', ...options })
  }

  function hashOf(part: readonly Row[]): string {
    const hash = new KeysHash()
    for (const [key, rev] of part) hash.add(key, rev)
    return hash.value.toString()
  }

  it('POST keys tells an id and the count, as the snapshot has it', async () => {
    const url = `${leader.url}/_api/replication/keys?collection=c&batchId=${batchId}`
    const { value } = await askJson(`${url}&quick=true&to=1`, { method: 'POST' })
    assert.deepEqual(Object.keys(value), ['id', 'count'])
    assert.match(String(value['id']), new RegExp(`^${batchId}-\\d+$`))
    assert.equal(value['count'], COUNT)
  })

  it('POST keys does not know a collection that came after the snapshot', async () => {
    const path = `?collection=later&batchId=${batchId}`
    assertError(await askKeys(path, { method: 'POST' }), 404, 1203)
  })

  it('GET keys tells chunks with their hashes, the last with what is left', async () => {
    const { body } = await askKeys(`/${await begin()}?chunkSize=100`)
    const parts = [rows.slice(0, 100), rows.slice(100, 200), rows.slice(200)]
    const expected = parts.map((part) => ({
      low: part[0]?.[0],
      high: part.at(-1)?.[0],
      hash: hashOf(part),
    }))
    assert.deepEqual(JSON.parse(body.toString()), expected)
  })

  it('GET keys takes sizes out of bounds for the nearest, small ones for the default', async () => {
    for (const size of ['1', '99', 'x', '5000', '30000']) {
      const chunks = itemsOf(await askKeys(`/${await begin()}?chunkSize=${size}`))
      assert.equal(chunks.length, 1, size)
      assert.equal(chunks[0]?.['hash'], hashOf(rows))
    }
  })

  it('GET keys tells no chunk of a collection without documents', async () => {
    await fillCollection(leader.store, 'none', 0)
    const other = await openBatch(leader.url)
    const path = `?collection=none&batchId=${other}`
    const { body } = await askKeys(path, { method: 'POST' })
    const { id, count } = JSON.parse(body.toString()) as Record<string, unknown>
    assert.equal(count, 0)
    assert.equal((await askKeys(`/${String(id)}`)).body.toString(), '[]')
  })

  it('PUT keys of type keys lists a chunk by its first key', async () => {
    const low = rows[100]?.[0] ?? ''
    const reply = await put(`type=keys&chunk=1&chunkSize=100&low=${low}`)
    assert.deepEqual(JSON.parse(reply.body.toString()), rows.slice(100, 200))
  })

  it('PUT keys lists a chunk by its place where no key is told', async () => {
    for (const [chunk, from, to] of [
      [0, 0, 100],
      [1, 100, 200],
      [2, 200, COUNT],
      [3, 0, 0],
      [999_999_999_999, 0, 0],
    ] as const) {
      const reply = await put(`type=keys&chunk=${chunk}&chunkSize=100`)
      assert.deepEqual(JSON.parse(reply.body.toString()), rows.slice(from, to), `${chunk}`)
    }
  })

  it('PUT keys begins behind a first key that is not there', async () => {
    const reply = await put('type=keys&low=key98a')
    assert.deepEqual(JSON.parse(reply.body.toString()), rows.slice(-1))
    const none = await put(`type=keys&low=${'z'.repeat(1000)}`)
    assert.equal(none.body.toString(), '[]')
  })

  it('PUT keys of type docs gives the documents at the places, as they are', async () => {
    const reply = await put('type=docs&chunk=1&chunkSize=100', [0, 7, 99])
    const texts = [100, 107, 199].map((place) => documents.get(rows[place]?.[0] ?? ''))
    assert.equal(reply.body.toString(), `[${texts.join(',')}]`)
  })

  it('PUT keys gives nulls for what comes before the offset', async () => {
    const reply = await put('type=docs&chunkSize=100&offset=2', [3, 4, 5])
    assert.equal(reply.body.toString(), `[null,null,${documents.get(rows[5]?.[0] ?? '') ?? ''}]`)
  })

  it('PUT keys refuses places behind the end of the chunk', async () => {
    assertError(await put('type=docs&chunk=2&chunkSize=100', [49, 50]), 400, 10)
  })

  it('orders keys by the bytes of their UTF-8 text', async () => {
    const id = await begin('odd')
    const reply = await askKeys(`/${id}?type=keys`, { method: 'PUT' })
    const expected = ODD_KEYS.map((key, index) => [key, `${index + 1}`])
    assert.deepEqual(JSON.parse(reply.body.toString()), expected)
    const low = encodeURIComponent('é')
    const rest = await askKeys(`/${id}?type=keys&low=${low}`, { method: 'PUT' })
    assert.deepEqual(JSON.parse(rest.body.toString()), expected.slice(6))
  })

  it('PUT keys ends documents at 8 MiB only for those who can ask for the rest', async () => {
    const large = await leader.store.createCollection(leader.system, { name: 'large', type: 2 })
    const lines = ['a', 'b', 'c', 'd'].map((key) =>
      JSON.stringify({ _key: key, text: 'x'.repeat(ANSWER_BYTES / 2) }),
    )
    for (const line of lines) await leader.store.applyChunk(large, chunkOf([line]))
    const path = `?collection=large&batchId=${await openBatch(leader.url)}`
    const { body } = await askKeys(path, { method: 'POST' })
    const id = String((JSON.parse(body.toString()) as Record<string, unknown>)['id'])
    const counts: number[] = []
    for (const more of ['', '&offset=0', '&offset=2', '&offset=4']) {
      const options = { method: 'PUT', body: '[0,1,2,3]' }
      const items = itemsOf(await askKeys(`/${id}?type=docs${more}`, options))
      counts.push(items.length)
    }
    assert.deepEqual(counts, [4, 2, 4, 4])
  })

  it('DELETE keys answers 202 for every id', async () => {
    const { status, body } = await askKeys('/17-4', { method: 'DELETE' })
    assert.equal(status, 202)
    assert.equal(body.toString(), '{"id":"17-4","error":false,"code":202}')
  })

  it('GET determine-open-transactions tells none, with headers', async () => {
    const url = `${leader.url}/_api/replication/determine-open-transactions`
    const { status, headers, body } = await ask(url)
    assert.deepEqual([status, body.toString()], [200, '[]'])
    assert.equal(headers['content-type'], 'application/x-arango-dump')
    assert.equal(headers['x-arango-replication-frompresent'], 'true')
    assert.equal(headers['x-arango-replication-lasttick'], '0')
  })
})
