import assert from 'node:assert/strict'
import { ask, assertError, type AskOptions, type Reply } from '../support/ask.js'
import { openBatch } from '../support/replication.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

const LATER = { 'x-arango-async': 'store' }
const ID_HEADER = 'x-arango-async-id'

describe('requests that are answered later', () => {
  let leader: TestLeader
  let batchId: string

  before(async () => {
    leader = await startTestLeader({ limits: { jobsMax: 3, userJobsMax: 2 } })
    await fillCollection(leader.store, 'c', 10)
    batchId = await openBatch(leader.url)
  })

  after(() => leader.close())

  afterEach(() => job('DELETE', 'all'))

  function job(method: string, path: string): Promise<Reply> {
    return ask(`${leader.url}/_api/job/${path}`, { method })
  }

  function begin(collection = 'c', options: AskOptions = {}): Promise<Reply> {
    const query = `collection=${collection}&batchId=${batchId}`
    const url = `${leader.url}/_api/replication/keys?${query}`
    return ask(url, { method: 'POST', headers: LATER, ...options })
  }

  /** Begins one, and waits until it was answered. */
  async function beginDone(collection?: string): Promise<string> {
    const id = String((await begin(collection)).headers[ID_HEADER])
    while ((await job('GET', id)).status === 204) continue
    return id
  }

  it('answer 202 with an id and without a body', async () => {
    const { status, headers, body } = await begin()
    assert.deepEqual([status, body.length], [202, 0])
    assert.match(String(headers[ID_HEADER]), /^\d+$/)
  })

  it('give their own answer once, with the id', async () => {
    const id = await beginDone()
    const { status, headers, body } = await job('PUT', id)
    assert.equal(status, 200)
    assert.equal(headers[ID_HEADER], id)
    const { count } = JSON.parse(body.toString()) as Record<string, unknown>
    assert.equal(count, 10)
    assertError(await job('PUT', id), 404, 404)
  })

  it('give their own error', async () => {
    const id = await beginDone('none')
    const { status, headers } = await job('PUT', id)
    assert.equal(status, 404)
    assert.equal(headers[ID_HEADER], id)
  })

  it('give streamed answers as well', async () => {
    const query = `collection=c&batchId=${batchId}`
    const begun = await ask(`${leader.url}/_api/replication/keys?${query}`, { method: 'POST' })
    const { id: keys } = JSON.parse(begun.body.toString()) as { id: string }
    const url = `${leader.url}/_api/replication/keys/${keys}`
    const { body: expected } = await ask(url)
    const id = String((await ask(url, { headers: LATER })).headers[ID_HEADER])
    while ((await job('GET', id)).status === 204) continue
    assert.deepEqual((await job('PUT', id)).body, expected)
  })

  it('are listed by their state', async () => {
    const id = await beginDone()
    assert.equal((await job('GET', 'done')).body.toString(), JSON.stringify([id]))
    assert.equal((await job('GET', 'pending')).body.toString(), '[]')
  })

  it('are refused above the bound of one caller', async () => {
    await beginDone()
    await beginDone()
    assertError(await begin(), 503, 32)
  })

  it('are forgotten when told so', async () => {
    const first = await beginDone()
    assert.equal((await job('DELETE', first)).body.toString(), '{"result":true}')
    assertError(await job('GET', first), 404, 404)
    const second = await beginDone()
    await job('DELETE', 'expired?stamp=1')
    assert.equal((await job('GET', second)).status, 200)
    await job('DELETE', 'expired?stamp=99999999999')
    assertError(await job('GET', second), 404, 404)
  })
})
