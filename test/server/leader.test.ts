import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { startLeader } from '../../lib/server/index.js'
import { ask, assertError, begin } from './support/ask.js'
import { openBatch } from './support/replication.js'
import {
  fillCollection,
  openTestStore,
  startTestLeader,
  type TestLeader,
} from './support/test-leader.js'

/** Sends bytes on a connection of their own and reads until it is closed. */
async function exchange(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(request)
  let text = ''
  for await (const bytes of socket as AsyncIterable<Buffer>) text += bytes.toString()
  return text
}

function errorOf(answer: string): Record<string, unknown> {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as Record<string, unknown>
}

describe('a leader', () => {
  const started: TestLeader[] = []

  /** Starts a leader that is closed after the test. */
  async function start(options: Parameters<typeof startTestLeader>[0] = {}): Promise<TestLeader> {
    const leader = await startTestLeader(options)
    started.push(leader)
    return leader
  }

  afterEach(async () => {
    for (const leader of started.splice(0)) await leader.close()
  })

  describe('startLeader()', () => {
    it('listens on this machine alone by default', async () => {
      for (const options of [{}, { host: 'localhost' }]) {
        const { url } = await start(options)
        assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
      }
    })

    it('writes the address of an IPv6 host in brackets', async () => {
      const { url } = await start({ host: '::1' })
      assert.match(url, /^http:\/\/\[::1\]:\d+$/)
      assert.equal((await ask(`${url}/_api/version`)).status, 200)
    })

    it('names the address that another leader has, and what to do', async () => {
      const { store, url } = await start()
      const port = Number(new URL(url).port)
      await assert.rejects(startLeader({ store, port, auth: { kind: 'off' } }), {
        code: 'ERR_LISTEN',
        port,
        message:
          `Cannot listen on 127.0.0.1:${port}: another program has the port; ` +
          'stop it or choose another port',
      })
    })

    it('refuses an empty password and an empty secret at once', async () => {
      const { store, close } = await openTestStore()
      for (const auth of [{ rootPassword: '' }, { jwtSecret: '' }]) {
        await assert.rejects(
          startLeader({ store, port: 0, auth: { kind: 'on', ...auth } }),
          RangeError,
        )
      }
      await close()
    })
  })

  describe('Leader.close()', () => {
    it('lets an answer in flight end, then closes the connection', async () => {
      const { store, leader, url } = await start()
      await fillCollection(store, 'c', 20, { filler: 'x'.repeat(200_000) })
      const agent = new Agent({ keepAlive: true })
      const query = `collection=c&batchId=${await openBatch(url)}&chunkSize=60000000`
      const response = await begin(`${url}/_api/replication/dump?${query}`, { agent })
      const closed = leader.close()
      let bytes = 0
      for await (const block of response as AsyncIterable<Buffer>) bytes += block.length
      assert.equal(bytes, Number(response.headers['content-length']))
      await closed
      await assert.rejects(ask(`${url}/_api/version`), { code: 'ECONNREFUSED' })
      agent.destroy()
    })

    it('cuts answers that nobody reads when the grace is over', async () => {
      const { store, leader, url } = await start({ limits: { closeGraceMs: 1 } })
      await fillCollection(store, 'c', 100, { filler: 'x'.repeat(100_000) })
      const query = `collection=c&batchId=${await openBatch(url)}&chunkSize=60000000`
      const response = await begin(`${url}/_api/replication/dump?${query}`)
      const failed = once(response, 'error')
      await leader.close()
      response.resume()
      assert.equal(((await failed)[0] as NodeJS.ErrnoException).code, 'ECONNRESET')
    })

    it('closes idle connections', async () => {
      const { leader, url } = await start()
      const agent = new Agent({ keepAlive: true })
      await ask(`${url}/_api/version`, { agent })
      await leader.close()
      agent.destroy()
    })
  })

  describe('LeaderOptions.onRequestError', () => {
    it('hears of an answer that had to be cut, as its store was closed', async () => {
      const failures: unknown[] = []
      const onRequestError = (error: unknown, request: unknown): void => {
        failures.push([(error as { code?: string }).code, request])
      }
      const { store, url } = await start({ onRequestError })
      await fillCollection(store, 'c', 100, { filler: 'x'.repeat(100_000) })
      const query = `collection=c&batchId=${await openBatch(url)}&chunkSize=60000000`
      const response = await begin(`${url}/_api/replication/dump?${query}`)
      await store.close()
      response.resume()
      const [error] = (await once(response, 'error')) as NodeJS.ErrnoException[]
      assert.equal(error?.code, 'ECONNRESET')
      const path = '/_api/replication/dump'
      assert.deepEqual(failures, [['ERR_SNAPSHOT_CLOSED', { method: 'GET', path }]])
      assertError(
        await ask(`${url}/_api/replication/batch`, { method: 'POST', body: '{}' }),
        503,
        30,
      )
    })

    it('hears nothing of readers that go away and of requests that are refused', async () => {
      const failures: unknown[] = []
      const { store, url } = await start({ onRequestError: (error) => failures.push(error) })
      await fillCollection(store, 'c', 100, { filler: 'x'.repeat(100_000) })
      const batchId = await openBatch(url)
      const query = `collection=c&batchId=${batchId}&chunkSize=60000000`
      const response = await begin(`${url}/_api/replication/dump?${query}`)
      response.destroy()
      await once(response, 'close')
      assertError(await ask(`${url}/_api/replication/dump?batchId=1`), 400, 400)
      assert.equal((await ask(`${url}/_api/replication/dump?${query}`)).status, 200)
      assert.deepEqual(failures, [])
    })
  })

  describe('limits of a leader', () => {
    it('refuses a body that is too large with 413', async () => {
      const { url } = await start({ limits: { requestBodyBytesMax: 100 } })
      const batch = `${url}/_api/replication/batch`
      const body = JSON.stringify({ ttl: 1, filler: 'x'.repeat(100) })
      assertError(await ask(batch, { method: 'POST', body }), 413, 413)
      assert.equal((await ask(batch, { method: 'POST', body: '{"ttl":1}' })).status, 200)
    })

    it('refuses a URL that is too long with 414, and headers that are with 431', async () => {
      const { url } = await start({ limits: { urlBytesMax: 1000 } })
      assertError(await ask(`${url}/_api/version?x=${'x'.repeat(1000)}`), 414, 414)
      assertError(await ask(`${url}/_db/${'x'.repeat(1001)}/_api/version`), 414, 414)
      assertError(
        await ask(`${url}/_api/version`, { headers: { long: 'x'.repeat(20_000) } }),
        431,
        431,
      )
    })

    it('refuses a request with 503 and 32 when too many are being answered', async () => {
      const { store, url } = await start({ limits: { requestsInFlightMax: 1 } })
      await fillCollection(store, 'c', 100, { filler: 'x'.repeat(100_000) })
      const query = `collection=c&batchId=${await openBatch(url)}&chunkSize=60000000`
      const response = await begin(`${url}/_api/replication/dump?${query}`)
      assertError(await ask(`${url}/_api/version`), 503, 32)
      response.destroy()
      await once(response, 'close')
    })

    it('gives up an answer that nobody reads, and its snapshot', async () => {
      const { store, url } = await start({ limits: { stalledAnswerMs: 50, openBatchesMax: 1 } })
      await fillCollection(store, 'c', 100, { filler: 'x'.repeat(100_000) })
      const batchId = await openBatch(url)
      const query = `collection=c&batchId=${batchId}&chunkSize=60000000`
      const response = await begin(`${url}/_api/replication/dump?${query}`)
      const batch = `${url}/_api/replication/batch`
      await ask(`${batch}/${batchId}`, { method: 'DELETE' })
      while ((await ask(batch, { method: 'POST', body: '{}' })).status === 503);
      response.resume()
      await assert.rejects(once(response, 'end'), { code: 'ECONNRESET' })
    })

    it('refuses a request that comes too slowly with 408', async () => {
      const { url } = await start({ limits: { headersTimeoutMs: 50, requestTimeoutMs: 50 } })
      const answer = await exchange(url, 'GET /_api/version HTTP/1.1\r\nhost: ')
      assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/)
      assert.equal(errorOf(answer)['errorNum'], 408)
    })

    it('answers bytes that are no request with 400 and the one shape of errors', async () => {
      const { url } = await start()
      const answer = await exchange(url, 'no request\r\n\r\n')
      assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
      assert.match(answer, /\r\nx-tidemark-version: /)
      const { errorMessage, ...rest } = errorOf(answer)
      assert.deepEqual(rest, { error: true, code: 400, errorNum: 400 })
      assert.equal(errorMessage, 'bad request')
    })

    it('answers a request without a host', async () => {
      const { url } = await start()
      const answer = await exchange(url, 'GET /_api/version HTTP/1.0\r\n\r\n')
      assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
    })
  })
})
