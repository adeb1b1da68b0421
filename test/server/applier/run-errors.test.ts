import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectionOf } from '../../sync/support/replica-pair.js'
import { loggerStateOf, sendJson } from '../../support/fake-leader.js'
import { startLeader } from '../../../lib/server/index.js'
import { databaseOf, startTestLeader } from '../support/test-leader.js'
import { runApplier } from '../../../lib/server/applier/applier-run.js'
import { createFigures } from '../../../lib/server/applier/create-figures.js'
import { startFaultyProxy } from '../../support/faulty-proxy.js'
import { configOf, startApplierPair, type ApplierPair } from './support/applier-pair.js'
import { HurriedScheduler } from './support/hurried-scheduler.js'

describe('runApplier() where something is wrong', () => {
  let pair: ApplierPair

  beforeEach(async () => {
    pair = await startApplierPair()
    await pair.put('a', 'k1', 'k2')
  })

  afterEach(() => pair.close())

  /** Runs with a server in the place of the leader. */
  async function withServer(
    answer: RequestListener,
    use: (leader: { readonly url: string }) => Promise<void>,
  ): Promise<void> {
    const server = createServer(answer)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    try {
      await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  it('waits for a leader that does not answer, so many times in a row', async () => {
    const scheduler = new HurriedScheduler()
    const changes = { maxConnectRetries: 3, connectionRetryWaitTime: 15 }
    const { url } = await closedPort()
    const run = pair.run({ config: configOf({ url }, changes), scheduler })
    const error = (await run.ended) as { errorNum: number; message: string }
    assert.equal(error.errorNum, 1400)
    assert.deepEqual(scheduler.waits, [15_000, 15_000, 15_000])
    const { totalFailedConnects, progress, lastError, phase } = run.figures
    assert.equal(totalFailedConnects, 3)
    assert.equal(progress.failedConnects, 3)
    assert.deepEqual([lastError?.errorNum, lastError?.message], [1400, error.message])
    assert.equal(phase, 'inactive')
  })

  async function closedPort(): Promise<{ readonly url: string }> {
    let found = { url: '' }
    await withServer(
      () => undefined,
      (leader) => {
        found = leader
        return Promise.resolve()
      },
    )
    return found
  }

  it('waits for half a minute where it is not told how long', async () => {
    const scheduler = new HurriedScheduler()
    const changes = { maxConnectRetries: 1, connectionRetryWaitTime: 0 }
    const config = configOf(await closedPort(), changes)
    assert.equal((await pair.fails({ config, scheduler })).errorNum, 1400)
    assert.deepEqual(scheduler.waits, [30_000])
  })

  it('leaves a warning out that has the password in it', async () => {
    const warning = 'drops it by itself'
    const proxy = await startFaultyProxy(pair.leader.url, ({ name }) =>
      name.startsWith('DELETE ') ? { kind: 'status', status: 500, errorNum: 4 } : undefined,
    )
    const countWarnings = async (password: string): Promise<number> => {
      const messages: string[] = []
      const figures = new Proxy(createFigures(undefined, 0), {
        set(inner, name, value) {
          if (name === 'progress') messages.push((value as typeof inner.progress).message)
          return Reflect.set(inner, name, value)
        },
      })
      const config = configOf(proxy, { secret: { username: 'u', password } })
      const run = pair.run({ config, begin: { kind: 'sync' }, figures })
      await run.until(() => figures.phase === 'running')
      await run.stop()
      return messages.filter((message) => message.includes(warning)).length
    }
    try {
      assert.equal(await countWarnings('another'), 1)
      assert.equal(await countWarnings(warning), 0)
    } finally {
      proxy.close()
    }
  })

  it('takes every refusal for one that passes, and tells no password', async () => {
    const scheduler = new HurriedScheduler()
    const answer: RequestListener = (_request, response) => {
      const errorMessage = 'wrong password "open sesame"'
      sendJson(response, { error: true, code: 500, errorNum: 4, errorMessage }, 500)
    }
    await withServer(answer, async (leader) => {
      const secret = { username: 'u', password: 'open sesame' }
      const config = configOf(leader, { secret, maxConnectRetries: 2 })
      const run = pair.run({ config, scheduler })
      const error = (await run.ended) as { errorNum: number; message: string }
      assert.equal(error.errorNum, 1402)
      assert.doesNotMatch(error.message, /sesame/)
      assert.doesNotMatch(
        JSON.stringify(run.figures, (_name, value: unknown) => String(value)),
        /sesame/,
      )
      assert.equal(scheduler.waits.length, 2)
    })
  })

  const ends: readonly (readonly [title: string, RequestListener, errorNum: number])[] = [
    ['answers what is not JSON', (_request, response) => response.end('<html>'), 1401],
    [
      'is of another major version',
      (_request, response) => sendJson(response, loggerStateOf({ version: '4.0.0' })),
      1403,
    ],
    [
      'has no position in its log',
      (_request, response) => sendJson(response, loggerStateOf({}, { lastLogTick: '0' })),
      1401,
    ],
  ]
  for (const [title, answer, errorNum] of ends) {
    it(`ends at once with ${errorNum} where the leader ${title}`, async () => {
      const scheduler = new HurriedScheduler()
      await withServer(answer, async (leader) => {
        const error = await pair.fails({ config: configOf(leader), scheduler })
        assert.equal(error.errorNum, errorNum)
        assert.deepEqual(scheduler.waits, [])
      })
    })
  }

  it('ends with 1405 where the leader is this server, but not of another database', async () => {
    const { store } = pair.leader
    assert.equal((await pair.fails({ store, database: pair.leader.system })).errorNum, 1405)
    assert.equal((await pair.fails({ store, database: undefined })).errorNum, 1405)
    const other = await store.createDatabase('other')
    const config = configOf(pair.leader, { database: '_system', maxConnectRetries: 0 })
    const run = pair.run({ store, database: other, config, begin: { kind: 'sync' } })
    await run.until(() => run.figures.phase === 'running')
    await run.stop()
    assert.ok(store.collection(other, 'a') !== undefined)
  })

  it('ends with 1404 where another leader answers', async () => {
    await pair.catchUp()
    const other = await startTestLeader()
    try {
      const config = configOf(other, { autoResync: true })
      assert.equal((await pair.fails({ config })).errorNum, 1404)
    } finally {
      await other.close()
    }
    await pair.put('a', 'k3')
    await pair.catchUp()
    await pair.assertEqual()
  })

  it('ends with 1410 without an endpoint, and with 11 where that is not allowed', async () => {
    assert.equal((await pair.fails({ config: configOf(undefined) })).errorNum, 1410)
    const syncs = { maySyncFrom: () => false }
    const { errorNum, message } = await pair.fails({ syncs })
    assert.equal(errorNum, 11)
    assert.match(message, /who runs this server can allow others$/)
  })

  it('ends with 1407 where other collections were followed so far', async () => {
    await pair.catchUp()
    const config = configOf(pair.leader, { restrictType: 'include', restrictCollections: ['a'] })
    assert.equal((await pair.fails({ config })).errorNum, 1407)
    const other = await pair.store.createDatabase('other')
    const renamed = configOf(pair.leader, { database: 'nobody has it', maxConnectRetries: 0 })
    assert.equal((await pair.fails({ config: renamed, database: other })).errorNum, 1402)
  })

  it('ends with 1407 where a copy from elsewhere is not finished, whatever the tick', async () => {
    const system = databaseOf(pair.store, '_system')
    const mark = { address: 'http://elsewhere', serverId: '9', tick: undefined }
    await pair.store.setCopyMark(system, mark)
    assert.equal((await pair.fails()).errorNum, 1407)
    const tick = pair.leader.store.lastTick
    assert.equal((await pair.fails({ begin: { kind: 'tick', tick } })).errorNum, 1407)
    assert.equal((await pair.fails({ database: undefined })).errorNum, 1407)
    const run = pair.run({ begin: { kind: 'sync' } })
    await run.until(() => run.figures.phase === 'running')
    await run.stop()
    await pair.assertEqual()
  })

  it('goes on after the leader was away, and tells so meanwhile', async () => {
    const { store, leader } = pair.leader
    const port = Number(new URL(leader.url).port)
    const run = pair.run()
    await run.until(() => (run.figures.lastApplied ?? 0n) >= store.lastTick)
    await leader.close()
    await run.until(() => run.figures.lastError !== undefined)
    assert.equal(run.figures.phase, 'running')
    // A leader that closes refuses before it is gone.
    assert.ok([1400, 1402].includes(run.figures.lastError?.errorNum ?? 0))
    assert.ok(run.figures.progress.failedConnects > 0)
    await store.put(collectionOf(store, 'a'), '{"_key":"meanwhile"}')
    const again = await startLeader({ auth: { kind: 'off' }, store, port })
    try {
      await run.until(() => (run.figures.lastApplied ?? 0n) >= store.lastTick)
      assert.equal(run.figures.lastError, undefined)
      assert.equal(run.figures.progress.failedConnects, 0)
      await pair.assertEqual()
      await run.stop()
    } finally {
      await again.close()
    }
  })

  it('ends while it waits, and before it has begun', async () => {
    const config = configOf(await closedPort(), { connectionRetryWaitTime: 60 })
    const run = pair.run({ config })
    await run.until(() => run.figures.lastError !== undefined)
    await run.stop()
    const { figures } = run
    await runApplier({ ...pair.options(), figures, signal: AbortSignal.abort() })
    assert.equal(figures.totalFailedConnects, 1)
    assert.equal(figures.phase, 'inactive')
  })
})
