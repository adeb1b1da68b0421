import assert from 'node:assert/strict'
import {
  formatMarkerLine,
  parseMarkerSlice,
  parseReplicationHeaders,
} from '../../../lib/wire/index.js'
import { SliceSplitter } from '../../../lib/wire/velocypack/slice-splitter.js'
import { assertError } from '../support/ask.js'
import { toVelocyPack, WANTS_VELOCYPACK } from '../support/replication.js'
import { askTail, askWholeTail, markersOf, type Query } from '../support/tail.js'
import {
  databaseOf,
  fillCollection,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'

describe('wal/tail', () => {
  let leader: TestLeader
  let url: string
  let collectionId: number
  let guid: string

  before(async () => {
    leader = await startTestLeader()
    ;({ url } = leader)
    const { store } = leader
    const { collection } = await fillCollection(store, 'c', 300, { filler: 'ä€' })
    collectionId = collection.id
    guid = collection.definition.globallyUniqueId
    await fillCollection(store, 'edges', 3, { type: 3 })
    const other = await store.createDatabase('other')
    await fillCollection(store, 'o', 5, { database: other })
    await store.createCollection(leader.system, { name: '_jobs', type: 2 })
    await store.truncateCollection(collection)
  })

  after(() => leader.close())

  async function ticksOf(query: Query = {}): Promise<bigint[]> {
    return markersOf(await askTail(url, query)).map(({ tick }) => tick)
  }

  it('gives the markers of the database, in the order of their ticks', async () => {
    const markers = markersOf(await askTail(url))
    assert.ok(
      markers.every(({ databaseName, form }) => databaseName === '_system' && form === 'wal'),
    )
    const ticks = markers.map(({ tick }) => tick)
    assert.deepEqual(
      ticks,
      ticks.toSorted((a, b) => Number(a - b)),
    )
    const count = (wanted: string): number => markers.filter(({ kind }) => kind === wanted).length
    assert.equal(count('document'), 303)
    assert.equal(count('create-collection'), 6)
    assert.equal(count('truncate-collection'), 1)
    assert.equal(count('create-database'), 0)
    const other = markersOf(await askTail(url, {}, { path: '/_db/other/_api/wal/tail' }))
    assert.equal(other.length, 9)
    assert.ok(other.every(({ databaseName }) => databaseName === 'other'))
  })

  it('tells everything in headers', async () => {
    const { headers, body } = await askTail(url)
    const { lastTick } = leader.store
    const [first, ...rest] = await ticksOf()
    assert.ok(first !== undefined)
    assert.equal(headers['content-length'], String(body.length))
    assert.equal(headers['x-arango-replication-active'], undefined)
    assert.deepEqual(parseReplicationHeaders(headers), {
      ...{ checkMore: false, lastIncluded: lastTick, lastScanned: lastTick, lastTick },
      ...{ fromPresent: true, active: undefined },
    })
    const one = parseReplicationHeaders((await askTail(url, { to: first })).headers)
    assert.deepEqual([one.checkMore, one.lastIncluded, one.lastScanned], [true, first, first])
    assert.equal(one.lastTick, lastTick)
    assert.equal(rest.at(-1), lastTick)
  })

  it('answers 204 with the same headers when there is nothing', async () => {
    const { lastTick } = leader.store
    for (const from of [lastTick, lastTick + 1000n]) {
      const reply = await askTail(url, { from })
      assert.deepEqual(markersOf(reply), [])
      assert.equal(reply.headers['content-length'], undefined)
      const { checkMore, lastIncluded, lastScanned, ...more } = parseReplicationHeaders(
        reply.headers,
      )
      assert.deepEqual([checkMore, lastIncluded, lastScanned], [false, 0n, lastTick])
      assert.deepEqual([more.lastTick, more.fromPresent], [lastTick, true])
    }
  })

  it('keeps to both bounds exactly', async () => {
    const ticks = await ticksOf()
    const [from = 0n, to = 0n] = [ticks[10], ticks[20]]
    assert.deepEqual(await ticksOf({ from, to }), ticks.slice(11, 21))
    assert.deepEqual(await ticksOf({ from: from - 1n, to: to - 1n }), ticks.slice(10, 20))
    assert.deepEqual(await ticksOf({ from, to: from }), [])
  })

  it('gives all in pieces of chunkSize, and 16 KiB at least', async () => {
    const whole = (await askTail(url)).body
    for (const chunkSize of [0, 400, 16_384, 20_000]) {
      const replies = await askWholeTail(url, { chunkSize })
      assert.deepEqual(Buffer.concat(replies.map(({ body }) => body)), whole)
      assert.ok(replies.length > 2)
      for (const reply of replies.slice(0, -1)) {
        const last = markersOf(reply).at(-1)
        assert.ok(last !== undefined)
        const lastBytes = formatMarkerLine(last).length
        assert.ok(reply.body.length >= Math.max(chunkSize, 16_384))
        assert.ok(reply.body.length - lastBytes < Math.max(chunkSize, 16_384))
      }
    }
    assert.equal((await askWholeTail(url, { chunkSize: 2n ** 64n - 1n })).length, 1)
  })

  it('gives all databases to a global tail, from _system alone', async () => {
    const all = markersOf(await askTail(url, { global: true }))
    const names = new Set(all.map(({ databaseName }) => databaseName))
    assert.deepEqual(names, new Set(['_system', 'other']))
    const made = all.filter(({ kind }) => kind === 'create-database')
    assert.deepEqual(
      made.map(({ databaseName }) => databaseName),
      ['_system', 'other'],
    )
    const inSystem = { path: '/_db/_system/_api/wal/tail' }
    assert.deepEqual(markersOf(await askTail(url, { global: true }, inSystem)), all)
    const elsewhere = await askTail(url, { global: true }, { path: '/_db/other/_api/wal/tail' })
    assertError(elsewhere, 403, 11)
  })

  it('gives one collection by name, id and globallyUniqueId', async () => {
    const byName = markersOf(await askTail(url, { collection: 'c' }))
    assert.equal(byName.length, 302)
    for (const collection of [String(collectionId), guid]) {
      assert.deepEqual(markersOf(await askTail(url, { collection })), byName)
    }
    for (const collection of ['nope', 'o'])
      assertError(await askTail(url, { collection }), 404, 1203)
    const all = markersOf(await askTail(url, { global: true, collection: 'nope' }))
    assert.equal(new Set(all.map(({ databaseName }) => databaseName)).size, 2)
  })

  it('leaves out what begins with an underscore when told to', async () => {
    const made = async (query: Query): Promise<number> => {
      const markers = markersOf(await askTail(url, query))
      return markers.filter(({ kind }) => kind === 'create-collection').length
    }
    assert.equal(await made({}), 6)
    assert.equal(await made({ includeFoxxQueues: true }), 7)
    assert.equal(await made({ includeSystem: false }), 2)
    assert.equal(await made({ includeSystem: 'no', includeFoxxQueues: true }), 2)
  })

  it('refuses ticks that make no range', async () => {
    for (const query of [{ from: 2, to: 1 }, { to: 0 }, { to: 'x' }]) {
      assertError(await askTail(url, query), 400, 400)
    }
  })

  it('takes what it has no use for', async () => {
    const query = { lastScanned: 5, firstRegularTick: 7, withHardLock: true, serverId: '12' }
    const more = { syncerId: 3, clientInfo: 'x', unusedOption: 1 }
    assert.deepEqual(await ticksOf({ ...query, ...more }), await ticksOf())
  })

  it('answers PUT with a body of ids as it answers GET', async () => {
    const { body: expected } = await askTail(url, { chunkSize: 20_000 })
    const velocypack = { 'content-type': 'application/x-velocypack' }
    const packed = { body: toVelocyPack(['7']), headers: velocypack }
    for (const options of [{ body: '[]' }, { body: '["7","8"]' }, packed]) {
      const reply = await askTail(url, { chunkSize: 20_000 }, { method: 'PUT', ...options })
      assert.ok(expected.equals(reply.body))
      assert.equal(reply.status, 200)
    }
    for (const [body, errorNum, text] of [
      ['', 600, 'Cannot read the request body: it is not JSON'],
      ['{', 600, 'Cannot read the request body: it is not JSON'],
      ['{}', 400, 'invalid body value. expecting array'],
      ['"7"', 400, 'invalid body value. expecting array'],
      ['[7]', 400, 'invalid body value. expecting array of ids'],
    ] as const) {
      const reply = await askTail(url, {}, { method: 'PUT', body })
      assertError(reply, 400, errorNum)
      assert.ok(reply.body.includes(text))
    }
  })

  it('gives VelocyPack values to those who want them', async () => {
    const markers = markersOf(await askTail(url))
    const reply = await askTail(url, {}, { headers: WANTS_VELOCYPACK })
    assert.equal(reply.headers['content-type'], 'application/x-velocypack')
    const slices = [...new SliceSplitter().split(reply.body)]
    assert.deepEqual(
      slices.map((slice) => parseMarkerSlice(slice)),
      markers,
    )
    assert.deepEqual(
      parseReplicationHeaders(reply.headers),
      parseReplicationHeaders((await askTail(url)).headers),
    )
    const { lastTick: from } = leader.store
    const empty = await askTail(url, { from }, { headers: WANTS_VELOCYPACK })
    assert.deepEqual([empty.status, empty.body.length], [204, 0])
    assert.equal(empty.headers['content-type'], 'application/x-velocypack')
  })

  it('tracks clients without telling them anything', async () => {
    const tracked = await askTail(url, { trackOnly: true })
    const deleted = await askTail(url, { serverId: '7' }, { method: 'DELETE' })
    for (const { status, body } of [tracked, deleted]) {
      assert.equal(status, 200)
      assert.equal(body.toString(), '{"error":false,"code":200}')
    }
  })

  it('gives the names of databases as they are', async () => {
    await leader.store.createDatabase('hä "%')
    await fillCollection(leader.store, 'x', 1, { database: databaseOf(leader.store, 'hä "%') })
    const path = `/_db/${encodeURIComponent('hä "%')}/_api/wal/tail`
    const markers = markersOf(await askTail(url, {}, { path }))
    assert.ok(markers.every(({ databaseName }) => databaseName === 'hä "%'))
    assert.equal(markers.at(-1)?.kind, 'document')
  })
})
