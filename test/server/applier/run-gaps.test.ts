import assert from 'node:assert/strict'
import { collectionOf } from '../../sync/support/replica-pair.js'
import { tick as toTick } from '../../../lib/values/index.js'
import { makeDatabase } from '../../support/five-databases.js'
import { startFaultyProxy } from '../../support/faulty-proxy.js'
import { configOf, startApplierPair, type ApplierPair } from './support/applier-pair.js'
import { HurriedScheduler } from './support/hurried-scheduler.js'

const RESYNCED = { autoResync: true } as const

describe('runApplier() where the log does not go on', () => {
  let pair: ApplierPair

  beforeEach(async () => {
    pair = await startApplierPair()
    await pair.put('a', 'k1', 'k2')
  })

  afterEach(() => pair.close())

  async function makeGap(): Promise<void> {
    await pair.catchUp()
    await pair.put('a', 'k3')
    await pair.put('b', 'k1')
    await pair.trim()
    await pair.put('a', 'k4')
  }

  it('ends with 1414, and stays where it stood', async () => {
    await makeGap()
    const before = pair.store.followPosition(pair.leader.system)
    const run = pair.run()
    assert.equal(((await run.ended) as { errorNum: number }).errorNum, 1414)
    assert.equal(run.figures.lastError?.errorNum, 1414)
    assert.deepEqual(pair.store.followPosition(pair.leader.system), before)
    assert.equal((await pair.fails()).errorNum, 1414)
  })

  it('ends with 1414 where nothing is saved and the log has lost its beginning', async () => {
    await pair.trim()
    await pair.put('a', 'k3')
    assert.equal((await pair.fails()).errorNum, 1414)
    const tick = pair.leader.store.lastTick - 1n
    await pair.trim()
    assert.equal((await pair.fails({ begin: { kind: 'tick', tick: toTick(tick) } })).errorNum, 1414)
  })

  for (const incremental of [false, true]) {
    const how = incremental ? 'by what differs' : 'all of it'
    it(`synchronises anew, ${how}, and follows on, if it is to`, async () => {
      await makeGap()
      const run = pair.run({ config: configOf(pair.leader, { ...RESYNCED, incremental }) })
      await run.until(() => run.figures.totalResyncs === 1 && run.figures.phase === 'running')
      await pair.assertEqual()
      await pair.put('a', 'k5')
      await run.until(() => (run.figures.lastApplied ?? 0n) >= pair.leader.store.lastTick)
      await pair.assertEqual()
      await run.stop()
      const { totalResyncs } = await pair.catchUp()
      assert.equal(totalResyncs, 0)
    })
  }

  it('synchronises all databases anew, and drops what is gone there', async () => {
    const whole = { database: undefined } as const
    await makeDatabase(pair.leader.store, 'shop', 4)
    await pair.catchUp(whole)
    await pair.leader.store.dropDatabase('shop')
    await makeDatabase(pair.leader.store, 'bar', 2)
    await pair.trim()
    assert.equal((await pair.fails(whole)).errorNum, 1414)
    const run = pair.run({ ...whole, config: configOf(pair.leader, RESYNCED) })
    await run.until(() => run.figures.totalResyncs === 1 && run.figures.phase === 'running')
    await run.stop()
    await pair.assertEqual()
  })

  it('gives up where it would synchronise again and again', async () => {
    await makeGap()
    const config = configOf(pair.leader, { ...RESYNCED, autoResyncRetries: 0 })
    const run = pair.run({ config })
    const error = (await run.ended) as { errorNum: number; message: string }
    assert.equal(error.errorNum, 1414)
    assert.match(error.message, /synchronised anew too often/)
    assert.equal(run.figures.totalResyncs, 0)
  })

  it('goes on without what is missing, where that is not required', async () => {
    await makeGap()
    const config = configOf(pair.leader, { requireFromPresent: false })
    const run = pair.run({ config })
    await run.until(() => (run.figures.lastApplied ?? 0n) >= pair.leader.store.lastTick)
    await pair.put('a', 'k5')
    await run.until(() => (run.figures.lastApplied ?? 0n) >= pair.leader.store.lastTick)
    await run.stop()
    const there = ['k1', 'k2', 'k3', 'k4', 'k5'].map(
      (key) => pair.store.document(collectionOf(pair.store, 'a'), key) !== undefined,
    )
    assert.deepEqual(there, [true, true, false, true, true])
    const figures = await pair.catchUp()
    assert.equal(figures.totalDocuments, 0)
  })

  it('ends with 1203 where a collection is missing, or synchronises anew', async () => {
    await pair.catchUp()
    await pair.store.dropCollection(collectionOf(pair.store, 'a'))
    await pair.put('a', 'k3')
    assert.equal((await pair.fails()).errorNum, 1203)
    const run = pair.run({ config: configOf(pair.leader, RESYNCED) })
    await run.until(() => run.figures.totalResyncs === 1 && run.figures.phase === 'running')
    await run.stop()
    await pair.assertEqual()
  })

  it('tries a synchronisation again that it began by itself, and no other', async () => {
    await makeGap()
    let faults = 2
    const proxy = await startFaultyProxy(pair.leader.url, ({ name }) => {
      if (!name.includes('/dump') || faults === 0) return undefined
      faults -= 1
      return { kind: 'status', status: 500, errorNum: 4 }
    })
    try {
      const scheduler = new HurriedScheduler()
      const config = configOf(proxy, { ...RESYNCED, connectionRetryWaitTime: 17 })
      const run = pair.run({ config, scheduler })
      await run.until(() => run.figures.totalResyncs === 1 && run.figures.phase === 'running')
      await run.stop()
      await pair.assertEqual()
      assert.equal(run.figures.totalFailedConnects, 2)
      assert.deepEqual(
        scheduler.waits.filter((ms) => ms > 1000),
        [17_000, 17_000],
      )
      faults = 1
      const error = await pair.fails({ config, scheduler, begin: { kind: 'sync' } })
      assert.equal(error.errorNum, 1402)
      // It is finished by the next one.
      await pair.catchUp({ config })
      await pair.assertEqual()
    } finally {
      proxy.close()
    }
  })

  it('passes over a marker in the middle of a transaction', async () => {
    await pair.put('b', 'k1')
    await pair.catchUp()
    await pair.store.dropCollection(collectionOf(pair.store, 'a'))
    const { store, system } = pair.leader
    await store.transaction(system, (operations) => {
      operations.put(collectionOf(store, 'b'), '{"_key":"before"}')
      operations.put(collectionOf(store, 'a'), '{"_key":"refused"}')
      operations.put(collectionOf(store, 'b'), '{"_key":"after"}')
    })
    assert.equal((await pair.fails()).errorNum, 1203)
    const figures = await pair.catchUp({ config: configOf(pair.leader, { ignoreErrors: 1 }) })
    assert.equal(figures.totalDocuments, 2)
    const b = collectionOf(pair.store, 'b')
    for (const key of ['before', 'after']) assert.ok(pair.store.document(b, key) !== undefined, key)
  })

  it('passes over as many markers as it may', async () => {
    await pair.put('b', 'k1')
    await pair.catchUp()
    await pair.store.dropCollection(collectionOf(pair.store, 'a'))
    await pair.put('a', 'k3')
    await pair.put('b', 'k2')
    await pair.put('a', 'k4')
    const before = pair.store.followPosition(pair.leader.system)
    const one = configOf(pair.leader, { ignoreErrors: 1 })
    assert.equal((await pair.fails({ config: one })).errorNum, 1203)
    assert.equal(pair.store.document(collectionOf(pair.store, 'b'), 'k2'), undefined)
    assert.deepEqual(pair.store.followPosition(pair.leader.system), before)
    const figures = await pair.catchUp({ config: configOf(pair.leader, { ignoreErrors: 2 }) })
    assert.equal(figures.totalDocuments, 1)
    assert.ok(pair.store.document(collectionOf(pair.store, 'b'), 'k2') !== undefined)
  })
})
