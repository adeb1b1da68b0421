import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import type { LeaderLimits } from '../../../lib/server/index.js'
import { parseReplicationHeaders } from '../../../lib/wire/index.js'
import { ask, begin, type Reply } from '../support/ask.js'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'
import { WANTS_VELOCYPACK } from '../support/replication.js'
import { askTail, markersOf, type Query } from '../support/tail.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

const WAIT = 30

describe('wal/tail with wait', () => {
  let leader: TestLeader
  let clock: FakeClock

  async function start(limits: Partial<LeaderLimits> = {}): Promise<void> {
    clock = createFakeClock()
    leader = await startTestLeader({ clock, limits })
  }

  afterEach(() => leader.close())

  /** Asks, and resolves once the leader waits, with the answer on its way. */
  async function beginWait(
    query: Query = {},
    options: Parameters<typeof askTail>[2] = {},
  ): Promise<{ readonly answered: Promise<Reply> }> {
    const before = clock.plannedCount
    const from = leader.store.lastTick
    const answered = askTail(leader.url, { from, wait: WAIT, ...query }, options)
    // The answer to another request comes after the leader has read this one.
    while (clock.plannedCount === before) await ask(`${leader.url}/_api/version`)
    return { answered }
  }

  it('answers as soon as a marker comes', async () => {
    await start()
    for (const options of [{}, { method: 'PUT', body: '[]' }]) {
      const { answered } = await beginWait({}, options)
      await fillCollection(leader.store, `c-${options.method ?? 'GET'}`, 0)
      const reply = await answered
      assert.deepEqual(
        markersOf(reply).map(({ kind }) => kind),
        ['create-collection'],
      )
      const { lastTick, lastScanned } = parseReplicationHeaders(reply.headers)
      assert.deepEqual([lastTick, lastScanned], [leader.store.lastTick, leader.store.lastTick])
    }
  })

  it('answers at once when there is a marker already, or no time is given', async () => {
    await start()
    assert.ok(markersOf(await askTail(leader.url, { wait: WAIT })).length > 0)
    const { lastTick: from } = leader.store
    for (const wait of [0, 'x']) {
      assert.deepEqual(markersOf(await askTail(leader.url, { from, wait })), [])
    }
    assert.deepEqual(markersOf(await askTail(leader.url, { from, to: from, wait: WAIT })), [])
    const older = { path: '/_api/replication/logger-follow' }
    assert.equal((await askTail(leader.url, { from, wait: WAIT }, older)).status, 204)
  })

  it('answers 204 with the headers when the time is over, which is capped', async () => {
    await start({ tailWaitSecondsMax: 20 })
    const { lastTick } = leader.store
    for (const wait of [20, WAIT, 2n ** 64n - 1n]) {
      const { answered } = await beginWait({ wait })
      clock.move(20_000)
      const reply = await answered
      assert.deepEqual(markersOf(reply), [])
      assert.deepEqual(parseReplicationHeaders(reply.headers), {
        ...{ checkMore: false, lastIncluded: 0n, lastScanned: lastTick, lastTick },
        ...{ fromPresent: true, active: undefined },
      })
    }
  })

  it('waits on when only other databases change, and tells how far it looked', async () => {
    await start()
    const { answered } = await beginWait({ includeSystem: false })
    const from = leader.store.lastTick
    const other = await leader.store.createDatabase('other')
    await fillCollection(leader.store, 'o', 3, { database: other })
    clock.move(WAIT * 1000)
    const reply = await answered
    assert.deepEqual(markersOf(reply), [])
    const { lastScanned } = parseReplicationHeaders(reply.headers)
    assert.ok(lastScanned !== undefined && lastScanned > from)
  })

  it('finds its marker behind those of other databases', async () => {
    await start()
    const { answered } = await beginWait()
    await leader.store.createDatabase('other')
    const { collection } = await fillCollection(leader.store, 'mine', 0)
    const [marker, ...none] = markersOf(await answered)
    assert.ok(marker?.kind === 'create-collection')
    assert.equal(marker.globallyUniqueId, collection.definition.globallyUniqueId)
    assert.deepEqual(none, [])
  })

  it('waits for a client that is ahead of the log', async () => {
    await start()
    const { answered } = await beginWait({ from: leader.store.lastTick + 10n ** 15n })
    await fillCollection(leader.store, 'c', 1)
    clock.move(WAIT * 1000)
    assert.deepEqual(markersOf(await answered), [])
  })

  it('gives VelocyPack to those who want it', async () => {
    await start()
    const { answered } = await beginWait({}, { headers: WANTS_VELOCYPACK })
    await fillCollection(leader.store, 'c', 0)
    const { status, headers, body } = await answered
    assert.deepEqual([status, headers['content-type']], [200, 'application/x-velocypack'])
    assert.ok(body.length > 0)
  })

  it('does not count among the requests in flight, but has a bound of its own', async () => {
    await start({ requestsInFlightMax: 1, tailWaitsMax: 3 })
    const waiting = [await beginWait(), await beginWait(), await beginWait()]
    assert.equal((await ask(`${leader.url}/_api/version`)).status, 200)
    const { lastTick: from } = leader.store
    assert.equal((await askTail(leader.url, { from, wait: WAIT })).status, 204)
    clock.move(WAIT * 1000)
    for (const { answered } of waiting) assert.equal((await answered).status, 204)
  })

  it('holds no snapshot while it waits', async () => {
    await start()
    const waiting = []
    for (let count = 0; count < 150; count += 1) waiting.push(await beginWait())
    // The store has room for fewer snapshots than these.
    const snapshots = []
    for (let count = 0; count < 90; count += 1) snapshots.push(await leader.store.openSnapshot())
    for (const snapshot of snapshots) snapshot.close()
    clock.move(WAIT * 1000)
    for (const { answered } of waiting) assert.equal((await answered).status, 204)
  })

  it('frees what a client takes that goes away', async () => {
    await start()
    const agent = new Agent()
    const { lastTick: from } = leader.store
    const before = clock.plannedCount
    const asked = begin(`${leader.url}/_api/wal/tail?from=${from}&wait=${WAIT}`, { agent })
    const failed = assert.rejects(asked)
    while (clock.plannedCount === before) await ask(`${leader.url}/_api/version`)
    agent.destroy()
    await failed
    while (clock.plannedCount > before) await ask(`${leader.url}/_api/version`)
    assert.equal(clock.plannedCount, before)
  })

  it('ends with 204 when the leader closes', async () => {
    await start()
    const { answered } = await beginWait()
    const closed = leader.leader.close()
    const reply = await answered
    assert.deepEqual([reply.status, reply.headers.connection], [204, 'close'])
    await closed
  })

  it('does not wait where the log has a gap', async () => {
    await start()
    await leader.store.trimLog({ bytesMax: 0, through: leader.store.lastTick })
    const reply = await askTail(leader.url, { from: 5, wait: WAIT })
    assert.deepEqual(markersOf(reply), [])
    assert.equal(parseReplicationHeaders(reply.headers).fromPresent, false)
  })
})
