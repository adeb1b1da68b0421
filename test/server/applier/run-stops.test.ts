import assert from 'node:assert/strict'
import type { ApplierError } from '../../../lib/server/applier/applier-error.js'
import type { Revision } from '../../../lib/values/index.js'
import { collectionOf } from '../../sync/support/replica-pair.js'
import { databaseOf } from '../support/test-leader.js'
import { configOf, startApplierPair, type ApplierPair } from './support/applier-pair.js'

const KEYS = ['k0', 'k1', 'k2', 'k3', 'k4'] as const

/** A write of the leader: its revision is the tick of its marker. */
interface Written {
  readonly key: string
  readonly revision: Revision
}

describe('runApplier() that is stopped', () => {
  let pair: ApplierPair

  beforeEach(async () => {
    pair = await startApplierPair()
  })

  afterEach(() => pair.close())

  /** What the follower has to hold where it stands: the last write of each key up to there. */
  function expectedAt(written: readonly Written[], tick: bigint): Map<string, bigint | undefined> {
    const last = (key: string): bigint | undefined =>
      written.findLast((one) => one.key === key && one.revision <= tick)?.revision
    return new Map(KEYS.map((key) => [key, last(key)]))
  }

  it('holds at each stop what the log tells up to its position, and nothing else', async () => {
    await pair.put('a')
    await pair.catchUp()
    const { store } = pair.leader
    const collection = collectionOf(store, 'a')
    const written: Written[] = []
    let isWriting = true
    const write = async (): Promise<void> => {
      for (let n = 0; isWriting; n += 1) {
        const key = KEYS[n % KEYS.length] ?? 'k0'
        const { revision } = await store.put(collection, JSON.stringify({ _key: key, n }))
        written.push({ key, revision })
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const writing = write()
    const system = databaseOf(pair.store, '_system')
    let before = 0n
    for (let round = 1; round <= 8; round += 1) {
      const run = pair.run()
      // From being stopped right away to being stopped amid many changes.
      const wanted = (round % 4) * 20
      await run.until(() => run.figures.totalDocuments >= wanted)
      await run.stop()
      const { tick = 0n } = pair.store.followPosition(system) ?? {}
      assert.ok(tick >= before, `${tick} after ${before}`)
      before = tick
      const there = new Map(
        KEYS.map((key) => [key, pair.store.document(collectionOf(pair.store, 'a'), key)?.revision]),
      )
      assert.deepEqual(there, expectedAt(written, tick))
    }
    isWriting = false
    await writing
    await pair.catchUp()
    await pair.assertEqual()
  })

  it('finishes a synchronisation that was stopped, before it follows', async () => {
    await pair.put('a', 'k1')
    await pair.put('b', 'k1')
    const system = databaseOf(pair.store, '_system')
    await pair.stopAmidSync()
    assert.ok(pair.store.copyMark(system) !== undefined)
    assert.equal(pair.store.followPosition(system), undefined)
    let told = 0
    const run = pair.run({
      onSynchronised: () => {
        told += 1
      },
    })
    await run.until(() => run.figures.phase === 'running' && run.figures.lastApplied !== undefined)
    await pair.assertEqual()
    await run.stop()
    assert.equal(told, 0)
    assert.equal(pair.store.copyMark(system), undefined)
  })

  it('tells who asked for a synchronisation that it failed, at once', async () => {
    const config = configOf({ url: 'http://127.0.0.1:1' })
    let told = 0
    const onSynchronised = (): void => {
      told += 1
    }
    const error = await pair.fails({ config, begin: { kind: 'sync' }, onSynchronised })
    assert.equal((error satisfies ApplierError).errorNum, 1400)
    assert.equal(told, 0)
    const patient = { kind: 'sync', isPatient: true } as const
    const run = pair.run({ config, begin: patient, onSynchronised })
    await run.until(() => run.figures.totalFailedConnects === 2)
    await run.stop()
    assert.equal(told, 0)
  })

  it('follows what is chosen only, and counts the rest', async () => {
    await pair.put('a', 'k1')
    await pair.put('b', 'k1', 'k2')
    const restrictCollections = ['a', 'nobody has this', '_queues']
    const config = configOf(pair.leader, { restrictType: 'include', restrictCollections })
    const run = pair.run({ config, begin: { kind: 'sync' } })
    await run.until(() => run.figures.phase === 'running')
    await pair.put('a', 'k2')
    await pair.put('b', 'k3', 'k4')
    await run.until(() => (run.figures.lastApplied ?? 0n) >= pair.leader.store.lastTick)
    await run.stop()
    assert.equal(run.figures.totalDocuments, 1)
    assert.equal(run.figures.totalOperationsExcluded, 2)
    const names = pair.store
      .collections(databaseOf(pair.store, '_system'))
      .map(({ definition }) => definition.name)
      .filter((name) => !name.startsWith('_'))
    assert.deepEqual(names, ['a'])
  })

  it('tells figures of what it read and applied', async () => {
    await pair.put('a', 'k1', 'k2')
    await pair.leader.store.remove(collectionOf(pair.leader.store, 'a'), 'k1')
    const figures = await pair.catchUp()
    const { lastTick, serverId } = pair.leader.store
    const { totalDocuments, totalRemovals, totalEvents, leader, safeResume } = figures
    assert.deepEqual([totalDocuments, totalRemovals], [2, 1])
    assert.ok(totalEvents >= 4)
    assert.equal(leader?.serverId, serverId)
    assert.match(leader.version, /^3\.\d+/)
    const { lastApplied, lastProcessed, lastAvailable } = figures
    assert.deepEqual([lastApplied, lastAvailable, safeResume], [lastTick, lastTick, lastTick])
    assert.ok((lastProcessed ?? 0n) >= lastTick)
    assert.ok(figures.totalRequests >= 2)
    assert.deepEqual([figures.applyCount > 0, figures.fetchCount > 0], [true, true])
    assert.match(figures.progress.message, /^fetching the log of the leader behind tick \d+$/)
  })
})
