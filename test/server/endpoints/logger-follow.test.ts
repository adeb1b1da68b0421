import assert from 'node:assert/strict'
import { parseReplicationHeaders, type Marker } from '../../../lib/wire/index.js'
import { ask, assertError } from '../support/ask.js'
import { askTail, markersOf } from '../support/tail.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

const FOLLOW = { path: '/_api/replication/logger-follow' }

describe('logger-follow', () => {
  let leader: TestLeader
  let url: string
  let collectionId: number

  before(async () => {
    leader = await startTestLeader()
    ;({ url } = leader)
    const { collection } = await fillCollection(leader.store, 'c', 300, { filler: 'x' })
    collectionId = collection.id
    const gone = await fillCollection(leader.store, 'gone', 1)
    await leader.store.dropCollection(gone.collection)
    await leader.store.createDatabase('other')
  })

  after(() => leader.close())

  it('gives what wal/tail gives, in the older form', async () => {
    const reply = await askTail(url, {}, FOLLOW)
    const old = markersOf(reply)
    const current = markersOf(await askTail(url))
    const known = ({ kind, tick }: Marker): unknown => [kind, tick]
    assert.deepEqual(old.map(known), current.map(known))
    assert.ok(old.every(({ form, databaseId }) => form === 'logger' && databaseId === '1'))
    const document = old.find(({ kind }) => kind === 'document')
    assert.ok(document?.kind === 'document')
    const { collectionName, collectionId: cid } = document
    assert.deepEqual([collectionName, cid], ['c', String(collectionId)])
    const dropped = old.find(({ kind }) => kind === 'drop-collection')
    assert.ok(dropped?.kind === 'drop-collection')
    assert.equal(dropped.data?.toString(), `{"id":"${dropped.collectionId ?? ''}","name":""}`)
  })

  it('tells everything in headers, that the logger is active too', async () => {
    const { headers } = await askTail(url, {}, FOLLOW)
    const { active, ...rest } = parseReplicationHeaders(headers)
    assert.equal(active, true)
    const { active: none, ...current } = parseReplicationHeaders((await askTail(url)).headers)
    assert.equal(none, undefined)
    assert.deepEqual(rest, current)
    const { lastTick: from } = leader.store
    const empty = await askTail(url, { from }, FOLLOW)
    assert.deepEqual(markersOf(empty), [])
    assert.equal(parseReplicationHeaders(empty.headers).active, true)
  })

  it('keeps to the parameters of wal/tail, but is of one database always', async () => {
    const all = markersOf(await askTail(url, {}, FOLLOW))
    const from = all[4]?.tick ?? 0n
    const to = all[9]?.tick ?? 0n
    assert.deepEqual(markersOf(await askTail(url, { from, to }, FOLLOW)), all.slice(5, 10))
    assert.equal(markersOf(await askTail(url, { collection: 'c' }, FOLLOW)).length, 301)
    assertError(await askTail(url, { collection: 'gone' }, FOLLOW), 404, 1203)
    assertError(await askTail(url, { from: 2, to: 1 }, FOLLOW), 400, 400)
    const small = await askTail(url, { chunkSize: 1 }, FOLLOW)
    assert.equal(parseReplicationHeaders(small.headers).checkMore, true)
    const path = '/_db/other/_api/replication/logger-follow'
    const other = markersOf(await askTail(url, { global: true }, { path }))
    assert.deepEqual(
      other.map(({ kind }) => kind),
      Array.from({ length: 3 }, () => 'create-collection'),
    )
  })

  it('answers PUT with a body of ids as it answers GET', async () => {
    const { body: expected } = await askTail(url, {}, FOLLOW)
    const { body } = await askTail(url, {}, { ...FOLLOW, method: 'PUT', body: '["1"]' })
    assert.ok(expected.equals(body))
    const bad = await ask(url + FOLLOW.path, { method: 'PUT', body: '{}' })
    assertError(bad, 400, 400)
  })
})
