import assert from 'node:assert/strict'
import { BatchRegistry } from '../../lib/server/batches.js'
import { ClientRegistry } from '../../lib/server/clients.js'
import type { Store } from '../../lib/store/index.js'
import { tick } from '../../lib/values/index.js'
import { createFakeClock, type FakeClock } from './support/fake-clock.js'
import { databaseOf, openTestStore } from './support/test-leader.js'

const LIMITS = { openBatchesMax: 3, batchTtlSeconds: 100, batchTtlSecondsMax: 1000 }
const NEVER = new AbortController().signal

describe('BatchRegistry', () => {
  let store: Store
  let closeStore: () => Promise<void>
  let clock: FakeClock
  let clients: ClientRegistry
  let batches: BatchRegistry

  before(async () => {
    ;({ store, close: closeStore } = await openTestStore())
  })

  after(() => closeStore())

  beforeEach(() => {
    clock = createFakeClock()
    const limits = { clientTtlSeconds: 60, clientsMax: 10 }
    clients = new ClientRegistry({ store, clock, limits })
    batches = new BatchRegistry({ store, clients, clock, limits: LIMITS })
  })

  afterEach(() => {
    batches.close()
  })

  /** Tells whether a batch is open, without holding it. */
  function isOpen(id: string): boolean {
    const use = batches.use(id)
    use?.release()
    return use !== undefined
  }

  it('gives ids that are decimal, grow, and are found with leading zeros', async () => {
    const first = await batches.create(0, NEVER)
    const second = await batches.create(0, NEVER)
    assert.match(first.id, /^\d+$/)
    assert.ok(BigInt(second.id) > BigInt(first.id))
    assert.ok(isOpen(`000${first.id}`))
    for (const id of ['', '0', 'x', `${first.id}x`, `-${first.id}`]) assert.equal(isOpen(id), false)
  })

  it('gives other ids in a later life, even while the clock is ahead of the wall', async () => {
    const openSnapshot: Store['openSnapshot'] = (options) => store.openSnapshot(options)
    const ahead = { lastTick: tick(2n ** 62n), openSnapshot }
    const parts = { store: ahead, clients, clock, limits: LIMITS }
    const lives = [1, 2, 3].map(() => new BatchRegistry(parts))
    const made = await Promise.all(lives.map((life) => life.create(0, NEVER)))
    assert.equal(new Set(made.map(({ id }) => id)).size, 3)
    for (const life of lives) life.close()
  })

  it('prolongs by the ttl at each use', async () => {
    const { id } = await batches.create(10, NEVER)
    for (let round = 0; round < 5; round += 1) {
      clock.move(9_999)
      assert.ok(isOpen(id))
    }
    clock.move(10_000)
    assert.equal(isOpen(id), false)
  })

  it('prolongs when a use begins and when it ends', async () => {
    const { id } = await batches.create(10, NEVER)
    clock.move(9_000)
    const use = batches.use(id)
    clock.move(9_000)
    use?.release()
    clock.move(9_000)
    assert.ok(isOpen(id))
  })

  it('prolongs by the ttl last given, be it longer or shorter', async () => {
    const { id } = await batches.create(10, NEVER)
    assert.ok(batches.extend(id, 50))
    clock.move(49_000)
    assert.ok(isOpen(id))
    clock.move(49_000)
    assert.ok(isOpen(id))
    assert.ok(batches.extend(id, 5))
    clock.move(5_000)
    assert.equal(isOpen(id), false)
    assert.equal(batches.extend(id, 5), false)
  })

  it('takes the default for 0 and caps what is too long', async () => {
    const [byDefault, capped] = [await batches.create(0, NEVER), await batches.create(5000, NEVER)]
    clock.move(99_999)
    assert.ok(isOpen(byDefault.id))
    clock.move(100_000)
    assert.equal(isOpen(byDefault.id), false)
    clock.move(800_000)
    assert.equal(isOpen(capped.id), true)
    clock.move(1_000_000)
    assert.equal(isOpen(capped.id), false)
  })

  it('ends the snapshot of an expired batch by one timer', async () => {
    const short = await batches.create(10, NEVER)
    const long = await batches.create(20, NEVER)
    assert.equal(clock.plannedCount, 1)
    clock.move(10_000)
    assert.deepEqual([short.snapshot.isOpen, long.snapshot.isOpen], [false, true])
    assert.equal(clock.plannedCount, 1)
    clock.move(10_000)
    assert.equal(long.snapshot.isOpen, false)
    assert.equal(clock.plannedCount, 0)
  })

  it('tells the lowest tick of the open batches, and its clients of each', async () => {
    assert.equal(batches.lowestTick(), undefined)
    const low = await batches.create(10, NEVER)
    await store.createCollection(databaseOf(store, '_system'), { name: 'later', type: 2 })
    const identity = { serverId: '7', syncerId: '', clientInfo: 'x' }
    const high = await batches.create(20, NEVER, identity)
    const { lastTick } = low.snapshot
    assert.ok(high.snapshot.lastTick > lastTick)
    assert.equal(batches.lowestTick(), lastTick)
    assert.deepEqual(
      clients.list().map(({ serverId, lastServedTick }) => [serverId, lastServedTick]),
      [
        [low.id, String(lastTick)],
        ['7', String(high.snapshot.lastTick)],
      ],
    )
    batches.delete(low.id)
    assert.equal(batches.lowestTick(), high.snapshot.lastTick)
    assert.equal(clients.list().length, 2)
    clock.move(15_000)
    assert.deepEqual(
      clients.list().map(({ serverId }) => serverId),
      ['7'],
    )
  })

  it('only closes the door while a request holds the batch', async () => {
    const { id, snapshot } = await batches.create(10, NEVER)
    const [first, second] = [batches.use(id), batches.use(id)]
    assert.ok(batches.delete(id))
    assert.equal(batches.use(id), undefined)
    assert.equal(batches.delete(id), false)
    first?.release()
    assert.ok(snapshot.isOpen)
    assert.equal(snapshot.databases().length, 1)
    second?.release()
    assert.equal(snapshot.isOpen, false)
  })

  it('does not bring a batch back that expired while it was used', async () => {
    const { id, snapshot } = await batches.create(10, NEVER)
    const use = batches.use(id)
    clock.move(10_000)
    assert.ok(snapshot.isOpen)
    use?.release()
    assert.equal(snapshot.isOpen, false)
    assert.equal(isOpen(id), false)
  })

  it('counts snapshots that are still read after their batch was closed', async () => {
    const made = [await batches.create(0, NEVER), await batches.create(0, NEVER)]
    const uses = made.map(({ id }) => batches.use(id))
    for (const { id } of made) batches.delete(id)
    await batches.create(0, NEVER)
    await assert.rejects(batches.create(0, NEVER), { status: 503, errorNum: 32 })
    for (const use of uses) use?.release()
    await batches.create(0, NEVER)
  })

  it('counts batches that are being opened', async () => {
    const opening = Array.from({ length: 3 }, () => batches.create(0, NEVER))
    await assert.rejects(batches.create(0, NEVER), { status: 503, errorNum: 32 })
    assert.equal(new Set((await Promise.all(opening)).map(({ id }) => id)).size, 3)
  })

  it('opens no batch for a request that is gone', async () => {
    const gone = new AbortController()
    const opening = batches.create(0, gone.signal)
    gone.abort()
    await assert.rejects(opening)
    assert.equal(clock.plannedCount, 0)
  })

  it('closes every batch and refuses new ones when it is closed', async () => {
    const { id, snapshot } = await batches.create(10, NEVER)
    batches.close()
    assert.equal(snapshot.isOpen, false)
    assert.equal(isOpen(id), false)
    assert.equal(clock.plannedCount, 0)
    await assert.rejects(batches.create(0, NEVER), { status: 503, errorNum: 30 })
  })
})
