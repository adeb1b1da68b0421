import assert from 'node:assert/strict'
import { parseReplicationHeaders, type Marker } from '../../../lib/wire/index.js'
import { ask, askJson, assertError } from '../support/ask.js'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'
import { startLeader } from '../../../lib/server/index.js'
import { askTail, markersOf } from '../support/tail.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

const OK = { error: false, code: 200 }

describe('clients of the log', () => {
  let leader: TestLeader
  let clock: FakeClock

  beforeEach(async () => {
    clock = createFakeClock()
    leader = await startTestLeader({ clock })
  })

  afterEach(() => leader.close())

  async function clients(url = leader.url): Promise<Record<string, unknown>[]> {
    const { value } = await askJson(`${url}/_api/replication/logger-state`)
    return value['clients'] as Record<string, unknown>[]
  }

  /** Of each client the server, the syncer, what it says and its tick. */
  async function known(url = leader.url): Promise<unknown[]> {
    return (await clients(url)).map(({ serverId, syncerId, clientInfo, lastServedTick }) => [
      serverId,
      syncerId,
      clientInfo,
      lastServedTick,
    ])
  }

  it('are those who tail and tell who they are, where they ask from', async () => {
    await askTail(leader.url, { from: 5 })
    assert.deepEqual(await known(), [])
    await askTail(leader.url, { from: 5, serverId: '0077', clientInfo: 'me' })
    const path = '/_db/_system/_api/replication/logger-follow'
    await askTail(leader.url, { from: 7, serverId: 8, syncerId: 2 }, { path })
    await askTail(leader.url, { from: 9, serverId: 99 }, { method: 'PUT', body: '[]' })
    assert.deepEqual(await known(), [
      ['77', '', 'me', '5'],
      ['8', '2', '', '7'],
      ['99', '', '', '9'],
    ])
    await askTail(leader.url, { from: 11, serverId: 77 })
    assert.deepEqual((await known()).at(-1), ['77', '', '', '11'])
    clock.move(1_800_000)
    assert.deepEqual(await known(), [])
  })

  it('are told with the attributes of the original, in its order', async () => {
    await askTail(leader.url, { from: 5, serverId: 7 })
    const [client = {}] = await clients()
    const names = ['syncerId', 'serverId', 'clientInfo', 'time', 'expires', 'lastServedTick']
    assert.deepEqual(Object.keys(client), names)
    assert.ok(Object.values(client).every((value) => typeof value === 'string'))
  })

  it('can be registered without data, and unregistered', async () => {
    const reply = await askJson(`${leader.url}/_api/wal/tail?trackOnly=true&serverId=7&from=3`)
    assert.deepEqual([reply.status, reply.value], [200, OK])
    assert.deepEqual(await known(), [['7', '', '', '3']])
    const remove = async (query: string): Promise<void> => {
      const { status, value } = await askJson(`${leader.url}/_api/wal/tail?${query}`, {
        method: 'DELETE',
      })
      assert.deepEqual([status, value], [200, OK])
    }
    await remove('serverId=8')
    assert.equal((await known()).length, 1)
    await remove('serverId=7')
    assert.deepEqual(await known(), [])
    await remove('')
  })

  it('are refused with a syncerId that is none', async () => {
    for (const syncerId of ['', '0', '01', 'x', '-1']) {
      assertError(await askTail(leader.url, { syncerId }), 400, 10)
      const url = `${leader.url}/_api/replication/batch?syncerId=${syncerId}`
      assertError(await ask(url, { method: 'POST', body: '{}' }), 400, 10)
    }
  })

  it('are batches too, under the name of their client or their own', async () => {
    const url = `${leader.url}/_api/replication/batch`
    const options = { method: 'POST', body: '{"ttl":100}' }
    const first = await askJson(url, options)
    const second = await askJson(`${url}?serverId=7&clientInfo=x&state=true`, options)
    const tick = String(leader.store.lastTick)
    assert.deepEqual(await known(), [
      [first.value['id'], '', '', tick],
      ['7', '', 'x', tick],
    ])
    const state = second.value['state'] as { clients: unknown[] }
    assert.equal(state.clients.length, 2)
    clock.move(90_000)
    const id = String(first.value['id'])
    await ask(`${url}/${id}`, { method: 'PUT', body: '{"ttl":100}' })
    clock.move(90_000)
    assert.deepEqual(await known(), [[id, '', '', tick]])
  })

  it('are known to the next leader of the store', async () => {
    await askTail(leader.url, { from: 5, serverId: 7, clientInfo: 'me' })
    await leader.leader.close()
    const next = await startLeader({ store: leader.store, port: 0, auth: { kind: 'off' } })
    try {
      assert.deepEqual(await known(next.url), [['7', '', 'me', '5']])
    } finally {
      await next.close()
    }
  })

  it('logger-state counts all markers that were ever written', async () => {
    const events = async (): Promise<unknown> => {
      const { value } = await askJson(`${leader.url}/_api/replication/logger-state`)
      return (value['state'] as Record<string, unknown>)['totalEvents']
    }
    const written = markersOf(await askTail(leader.url, { global: true })).length
    assert.equal(await events(), written)
    await fillCollection(leader.store, 'c', 10)
    await leader.store.trimLog({ bytesMax: 0, through: leader.store.lastTick })
    assert.equal(await events(), written + 11)
  })
})

describe('a log that was trimmed', () => {
  let leader: TestLeader
  let all: Marker[]
  let removed: bigint

  before(async () => {
    leader = await startTestLeader()
    await fillCollection(leader.store, 'c', 20)
    all = markersOf(await askTail(leader.url))
    const { tick } = all[9] as Marker
    removed = tick
    await leader.store.trimLog({ bytesMax: 0, through: tick })
  })

  after(() => leader.close())

  it('tells by frompresent whether nothing is missing above from', async () => {
    for (const path of ['/_api/wal/tail', '/_api/replication/logger-follow']) {
      for (const [from, isPresent] of [
        [0n, false],
        [removed - 1n, false],
        [removed, true],
        [removed + 1n, true],
        [leader.store.lastTick, true],
      ] as const) {
        const reply = await askTail(leader.url, { from }, { path })
        assert.equal(parseReplicationHeaders(reply.headers).fromPresent, isPresent)
        const left = all.filter(({ tick }) => tick > removed && tick > from)
        assert.equal(markersOf(reply).length, left.length)
      }
    }
  })

  it('tells the same of open transactions', async () => {
    for (const [from, isPresent] of [
      [removed - 1n, false],
      [removed, true],
    ] as const) {
      const { headers } = await askTail(
        leader.url,
        { from },
        { path: '/_api/wal/open-transactions' },
      )
      assert.equal(parseReplicationHeaders(headers).fromPresent, isPresent)
    }
  })

  it('begins with the oldest marker that is left, or with nothing', async () => {
    const get = async (path: string): Promise<Record<string, unknown>> =>
      (await askJson(leader.url + path)).value
    const firstTick = String(all[10]?.tick)
    assert.equal((await get('/_api/wal/range'))['tickMin'], firstTick)
    assert.deepEqual(await get('/_api/replication/logger-first-tick'), { firstTick })
    const ranges = (await get('/_api/replication/logger-tick-ranges')) as unknown as object[]
    assert.deepEqual(
      ranges.map((range) => (range as { tickMin: string }).tickMin),
      [firstTick],
    )
    const { lastTick } = leader.store
    await leader.store.trimLog({ bytesMax: 0, through: lastTick })
    const { tickMin, tickMax } = await get('/_api/wal/range')
    assert.deepEqual([tickMin, tickMax], [String(lastTick), String(lastTick)])
    assert.deepEqual(await get('/_api/replication/logger-first-tick'), { firstTick: null })
    assert.deepEqual(await get('/_api/replication/logger-tick-ranges'), [])
  })
})
