import assert from 'node:assert/strict'
import { BatchRegistry } from '../../lib/server/batches.js'
import { ClientRegistry } from '../../lib/server/clients.js'
import { readLogBounds } from '../../lib/server/log-bounds.js'
import { LogRetention } from '../../lib/server/log-retention.js'
import type { Store } from '../../lib/store/index.js'
import { tick, type Tick } from '../../lib/values/index.js'
import { createFakeClock, type FakeClock } from './support/fake-clock.js'
import { fillCollection, openTestStore } from './support/test-leader.js'

const NEVER = new AbortController().signal
const INTERVAL_MS = 60_000
const ONE = { serverId: '1', syncerId: '', clientInfo: '' }
const LIMITS = {
  clientTtlSeconds: 1800,
  clientsMax: 10,
  openBatchesMax: 3,
  batchTtlSeconds: 100,
  batchTtlSecondsMax: 1000,
  logAgeMaxMs: Infinity,
  logBytesMax: 0,
  logTrimIntervalMs: INTERVAL_MS,
}

describe('LogRetention', () => {
  let store: Store
  let closeStore: () => Promise<void>
  let clock: FakeClock
  let clients: ClientRegistry
  let batches: BatchRegistry
  let retention: LogRetention
  let errors: unknown[]

  beforeEach(async () => {
    ;({ store, close: closeStore } = await openTestStore())
    clock = createFakeClock()
    errors = []
    clients = new ClientRegistry({ store, clock, limits: LIMITS })
    batches = new BatchRegistry({ store, clients, clock, limits: LIMITS })
    retention = create()
  })

  afterEach(async () => {
    await retention.close()
    batches.close()
    await closeStore()
    assert.deepEqual(errors, [])
  })

  function create(limits: Partial<typeof LIMITS> = {}, its: Store = store): LogRetention {
    const onError = (error: unknown): void => {
      errors.push(error)
    }
    const all = { ...LIMITS, ...limits }
    return new LogRetention({ store: its, clients, batches, clock, limits: all, onError })
  }

  async function removedTick(): Promise<Tick> {
    return (await readLogBounds(store, NEVER)).removedTick
  }

  async function grow(name: string): Promise<Tick> {
    await fillCollection(store, name, 20)
    return store.lastTick
  }

  it('removes all that nobody needs, and nothing while the bounds hold', async () => {
    const loose = create({ logBytesMax: 2 ** 30, logAgeMaxMs: 60_000 })
    await loose.trim()
    assert.equal(await removedTick(), 0n)
    const { lastTick } = store
    await retention.trim()
    assert.equal(await removedTick(), lastTick)
  })

  it('trims from time to time once it was started, until it is closed', async () => {
    const first = store.lastTick
    clock.move(INTERVAL_MS)
    assert.equal(clock.plannedCount, 0)
    retention.start()
    assert.equal(await removedTick(), 0n)
    clock.move(INTERVAL_MS)
    await retention.trim()
    assert.equal(await removedTick(), first)
    assert.equal(clock.plannedCount, 1)
    await retention.close()
    assert.equal(clock.plannedCount, 0)
  })

  it('goes no further than a client until its ttl is over', async () => {
    const [first, second] = [store.lastTick, await grow('a')]
    await retention.track(ONE, '_system', first)
    await retention.trim()
    assert.equal(await removedTick(), first)
    clock.move(1_799_999)
    await retention.trim()
    assert.equal(await removedTick(), first)
    clock.move(1)
    await retention.trim()
    assert.equal(await removedTick(), second)
  })

  it('goes on as a client does, and when it says that it has enough', async () => {
    const [first, second] = [store.lastTick, await grow('a')]
    const third = await grow('b')
    await retention.track(ONE, '_system', first)
    await retention.track(ONE, '_system', second)
    await retention.trim()
    assert.equal(await removedTick(), second)
    await retention.forget(ONE, '_system')
    await retention.trim()
    assert.equal(await removedTick(), third)
  })

  it('goes no further than an open batch, and fifteen seconds after it', async () => {
    const { id, snapshot } = await batches.create(100, NEVER)
    const { lastTick } = snapshot
    const last = await grow('a')
    await retention.trim()
    assert.equal(await removedTick(), lastTick)
    batches.delete(id)
    clock.move(14_000)
    await retention.trim()
    assert.equal(await removedTick(), lastTick)
    clock.move(1_000)
    await retention.trim()
    assert.equal(await removedTick(), last)
  })

  it('holds nothing for a client that has lost the log already', async () => {
    await retention.trim()
    const last = await grow('a')
    await retention.track(ONE, '_system', tick(1n))
    await retention.trim()
    assert.equal(await removedTick(), last)
  })

  it('keeps a new client over a crash, and where it is when the log is trimmed', async () => {
    const [first, second] = [store.lastTick, await grow('a')]
    const restored = (): unknown =>
      new ClientRegistry({ store, clock, limits: LIMITS }).list()[0]?.['lastServedTick']
    await retention.track(ONE, '_system', first)
    assert.equal(restored(), String(first))
    await retention.track(ONE, '_system', second)
    assert.equal(restored(), String(first))
    await retention.trim()
    assert.equal(restored(), String(second))
    await retention.forget(ONE, '_system')
    assert.equal(restored(), undefined)
  })

  it('stops a round that would pass a client that comes meanwhile', async () => {
    for (let index = 0; index < 3; index += 1) await fillCollection(store, `c${index}`, 1500)
    const trimming = retention.trim()
    // The round has begun to remove when the first marker is gone.
    while ((await removedTick()) === 0n) await Promise.resolve()
    const from = await removedTick()
    assert.ok(from < store.lastTick)
    await retention.track(ONE, '_system', from)
    const kept = await removedTick()
    await trimming
    assert.equal(await removedTick(), kept)
    assert.ok(kept < store.lastTick)
    await retention.track(ONE, '_system', kept)
    await retention.trim()
    assert.equal(await removedTick(), kept)
  })

  it('tells what went wrong, and tries again', async () => {
    const failing = Object.create(store, {
      trimLog: { value: () => Promise.reject(new Error('full')) },
      openSnapshot: { value: (options?: object) => store.openSnapshot(options) },
      lastTick: { value: store.lastTick },
    }) as Store
    const broken = create({}, failing)
    await broken.trim()
    assert.match(String(errors.splice(0)), /full/)
    assert.equal(await removedTick(), 0n)
  })
})
