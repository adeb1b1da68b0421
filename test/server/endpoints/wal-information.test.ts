import assert from 'node:assert/strict'
import { parseReplicationHeaders } from '../../../lib/wire/index.js'
import { recordedAnswers, type RecordedAnswer } from '../../support/recorded-answers.js'
import { describeWithShared } from '../../support/shared.js'
import { ask, assertError } from '../support/ask.js'
import { askTail, markersOf } from '../support/tail.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('endpoints that tell of the log', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    await fillCollection(leader.store, 'c', 2)
  })

  after(() => leader.close())

  async function get(path: string, method = 'GET'): Promise<unknown> {
    const { status, headers, body } = await ask(leader.url + path, { method })
    assert.deepEqual([status, headers['content-type']], [200, 'application/json'])
    return JSON.parse(body.toString())
  }

  async function firstTick(): Promise<string> {
    const [first] = markersOf(await askTail(leader.url, { global: true }))
    return String(first?.tick)
  }

  it('GET wal/range and wal/lastTick tell where it begins and ends', async () => {
    const { store } = leader
    const range = (await get('/_api/wal/range')) as Record<string, unknown>
    const last = (await get('/_api/wal/lastTick')) as Record<string, unknown>
    assert.deepEqual(
      [range['tickMin'], range['tickMax']],
      [await firstTick(), String(store.lastTick)],
    )
    assert.equal(last['tick'], String(store.lastTick))
    for (const { time, server } of [range, last]) {
      assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      assert.deepEqual(server, { version: '3.11.14', serverId: store.serverId })
    }
  })

  it('GET logger-first-tick and logger-tick-ranges tell the same in older words', async () => {
    const tickMin = await firstTick()
    assert.deepEqual(await get('/_api/replication/logger-first-tick'), { firstTick: tickMin })
    const tickMax = String(leader.store.lastTick)
    assert.deepEqual(await get('/_api/replication/logger-tick-ranges'), [
      { datafile: '/data.mdb', status: 'open', tickMin, tickMax },
    ])
  })

  it('GET and PUT server-id tell who the leader is', async () => {
    for (const method of ['GET', 'PUT']) {
      const { serverId } = leader.store
      assert.deepEqual(await get('/_api/replication/server-id', method), { serverId })
    }
  })

  it('GET open-transactions tells of none', async () => {
    const url = `${leader.url}/_api/wal/open-transactions`
    for (const query of ['', '?from=1&to=5']) {
      const { status, headers, body } = await ask(url + query)
      assert.deepEqual([status, body.length], [204, 0])
      assert.equal(headers['content-type'], 'application/x-arango-dump')
      const { fromPresent, lastIncluded } = parseReplicationHeaders(headers)
      assert.deepEqual([fromPresent, lastIncluded], [true, 0n])
    }
    assertError(await ask(`${url}?from=5&to=1`), 400, 400)
    assertError(await ask(`${url}?to=0`), 400, 400)
  })

  it('answers anything else below wal with 400', async () => {
    for (const path of [
      '/_api/wal',
      '/_api/wal/',
      '/_api/wal/tails',
      '/_db/_system/_api/wal/x/y',
    ]) {
      for (const method of ['GET', 'PUT']) {
        assertError(await ask(leader.url + path, { method }), 400, 400)
      }
    }
    assertError(await ask(`${leader.url}/_api/walk`), 404, 404)
  })
})

/** Names and types of a JSON value's attributes, in order; of an array, of its first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return ['array', shapeOf(value[0])]
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.entries(value).map(([name, each]) => [name, shapeOf(each)])
}

/** Names of the protocol's own headers, and the content type. */
function headersOf(headers: object): unknown {
  const isOwn = (name: string): boolean => /^(content-type|x-arango-replication-.*)$/.test(name)
  return Object.keys(headers).filter(isOwn).sort()
}

describeWithShared('recorded answers about the log', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    const { collection } = await fillCollection(leader.store, 'c', 2)
    await leader.store.dropCollection(collection)
  })

  after(() => leader.close())

  const INFORMATION = /WalAccess(TickRange|FirstTick)|Logger(FirstTick|TickRanges)|ServerId/
  for (const { file, url, lines } of recordedAnswers(INFORMATION)) {
    it(`${url} has the shape of ${file}`, async () => {
      const { body } = await ask(leader.url + url)
      assert.deepEqual(shapeOf(JSON.parse(body.toString())), shapeOf(JSON.parse(lines[0] ?? '')))
    })
  }

  function pathOf({ url }: RecordedAnswer): string {
    return url.split('?', 1)[0] ?? ''
  }

  for (const recorded of recordedAnswers(/WalAccessTailing|LoggerFollow/)) {
    it(`${recorded.url} has the headers of ${recorded.file}`, async () => {
      const from = recorded.status === 204 ? leader.store.lastTick : 0n
      const { status, headers } = await askTail(leader.url, { from }, { path: pathOf(recorded) })
      assert.equal(status, recorded.status)
      assert.deepEqual(headersOf(headers), headersOf(recorded.headers))
      assert.equal(headers['content-type'], recorded.headers['content-type'])
    })
  }
})
