import assert from 'node:assert/strict'
import { ClientRegistry } from '../../lib/server/clients.js'
import type { Store } from '../../lib/store/index.js'
import { tick } from '../../lib/values/index.js'
import { createFakeClock, type FakeClock } from './support/fake-clock.js'
import { openTestStore } from './support/test-leader.js'

const NONE = tick(0n)
const ONE = { serverId: '1', syncerId: '', clientInfo: 'one' }
const TWO = { serverId: '2', syncerId: '', clientInfo: '' }
const NOBODY = { serverId: '', syncerId: '', clientInfo: 'nobody' }

describe('ClientRegistry', () => {
  let store: Store
  let closeStore: () => Promise<void>
  let clock: FakeClock
  let clients: ClientRegistry

  beforeEach(async () => {
    ;({ store, close: closeStore } = await openTestStore())
    clock = createFakeClock()
    clients = create()
  })

  afterEach(() => closeStore())

  function create(): ClientRegistry {
    return new ClientRegistry({ store, clock, limits: { clientTtlSeconds: 100, clientsMax: 3 } })
  }

  function servers(registry = clients): unknown[] {
    return registry.list().map(({ serverId, lastServedTick }) => [serverId, lastServedTick])
  }

  it('track() keeps the lowest tick of all clients', () => {
    assert.equal(clients.lowestTick(NONE), undefined)
    assert.ok(clients.track(ONE, 'a', tick(50n)))
    assert.ok(clients.track(TWO, 'a', tick(40n)))
    assert.equal(clients.lowestTick(NONE), 40n)
    assert.equal(clients.track(TWO, 'a', tick(60n)), false)
    assert.equal(clients.lowestTick(NONE), 50n)
    clients.track(ONE, 'a', tick(45n))
    assert.equal(clients.lowestTick(NONE), 45n)
  })

  it('track() tells apart databases and syncers of one server, and knows nobody without a name', () => {
    clients.track(ONE, 'a', tick(1n))
    clients.track(ONE, 'b', tick(2n))
    clients.track({ ...ONE, syncerId: '9' }, 'a', tick(3n))
    assert.equal(clients.track(NOBODY, 'a', NONE), false)
    assert.deepEqual(
      clients.list().map(({ syncerId, lastServedTick }) => [syncerId, lastServedTick]),
      [
        ['', '1'],
        ['', '2'],
        ['9', '3'],
      ],
    )
  })

  it('forgets a client that stays away for its ttl', () => {
    clients.track(ONE, 'a', tick(5n))
    clock.move(60_000)
    clients.track(TWO, 'a', tick(9n))
    clock.move(39_999)
    assert.equal(clients.lowestTick(NONE), 5n)
    clock.move(1)
    assert.equal(clients.lowestTick(NONE), 9n)
    assert.deepEqual(servers(), [['2', '9']])
    assert.ok(clients.track(ONE, 'a', tick(5n)))
  })

  it('lets those hold nothing that have lost the log already', () => {
    clients.track(ONE, 'a', tick(5n))
    clients.track(TWO, 'a', tick(9n))
    assert.equal(clients.lowestTick(tick(5n)), 5n)
    assert.equal(clients.lowestTick(tick(6n)), 9n)
    assert.equal(clients.lowestTick(tick(10n)), undefined)
  })

  it('forget() forgets a client of one database', () => {
    clients.track(ONE, 'a', tick(5n))
    clients.track(ONE, 'b', tick(6n))
    assert.equal(clients.forget(ONE, 'a'), true)
    assert.equal(clients.forget(ONE, 'a'), false)
    assert.equal(clients.forget(NOBODY, 'b'), false)
    assert.deepEqual(servers(), [['1', '6']])
  })

  it('knows so many at most, and forgets the one not heard of for longest', () => {
    for (const serverId of ['1', '2', '3']) clients.track({ ...ONE, serverId }, 'a', tick(1n))
    clients.track(ONE, 'a', tick(7n))
    clients.track({ ...ONE, serverId: '4' }, 'a', tick(1n))
    assert.deepEqual(
      servers().map((row) => (row as string[])[0]),
      ['3', '1', '4'],
    )
  })

  it('list() has the shape of the original, with times', () => {
    clients.track({ ...ONE, syncerId: '8' }, 'a', tick(5n))
    clock.move(10_000)
    const [client] = clients.list()
    const { time, expires, ...rest } = client as Record<string, unknown>
    assert.deepEqual(rest, {
      syncerId: '8',
      serverId: '1',
      clientInfo: 'one',
      lastServedTick: '5',
    })
    for (const text of [time, expires]) {
      assert.match(String(text), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    }
    assert.equal(Date.parse(String(expires)) - Date.parse(String(time)), 100_000)
  })

  it('follows a batch to its end, and fifteen seconds more', () => {
    clients.trackBatch('77', NOBODY, tick(5n), 20)
    clock.move(19_000)
    clients.prolongBatch('77', 20)
    clock.move(19_000)
    assert.deepEqual(servers(), [['77', '5']])
    clients.endBatch('77')
    clock.move(14_999)
    assert.equal(clients.lowestTick(NONE), 5n)
    clock.move(1)
    assert.equal(clients.lowestTick(NONE), undefined)
    clients.prolongBatch('77', 20)
    assert.deepEqual(servers(), [])
  })

  it('save() keeps clients but not batches over a restart, for a ttl of their own', async () => {
    clients.track(ONE, 'a', tick(5n))
    clients.track({ ...TWO, syncerId: '3' }, 'b', tick(2n ** 60n))
    clients.trackBatch('77', ONE, tick(1n), 20)
    await clients.save()
    clock.move(99_000)
    const later = create()
    assert.deepEqual(servers(later), [
      ['1', '5'],
      ['2', String(2n ** 60n)],
    ])
    assert.equal(later.track(ONE, 'a', tick(6n)), false)
    clock.move(99_000)
    assert.equal(servers(later).length, 2)
  })

  it('save() writes only what has changed', async () => {
    let writes = 0
    const { mode } = store
    const counting = {
      mode,
      getMeta: (name: string) => store.getMeta(name),
      putMeta: (name: string, value: unknown) => {
        writes += 1
        return writes === 2 ? Promise.reject(new Error('full')) : store.putMeta(name, value)
      },
    }
    const limits = { clientTtlSeconds: 100, clientsMax: 3 }
    const registry = new ClientRegistry({ store: counting, clock, limits })
    await registry.save()
    registry.track(ONE, 'a', tick(5n))
    await registry.save()
    await registry.save()
    assert.equal(writes, 1)
    registry.track(ONE, 'a', tick(6n))
    await assert.rejects(registry.save(), /full/)
    await registry.save()
    assert.equal(writes, 3)
    assert.deepEqual(servers(create()), [['1', '6']])
  })
})
