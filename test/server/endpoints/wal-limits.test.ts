import assert from 'node:assert/strict'
import type { LeaderLimits } from '../../../lib/server/index.js'
import { parseReplicationHeaders } from '../../../lib/wire/index.js'
import { askTail, askWholeTail, markersOf } from '../support/tail.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('limits of wal/tail', () => {
  let leader: TestLeader

  async function start(limits: Partial<LeaderLimits>): Promise<string> {
    leader = await startTestLeader({ limits })
    await fillCollection(leader.store, 'c', 400, { filler: 'x'.repeat(30) })
    return leader.url
  }

  afterEach(() => leader.close())

  it('makes answers shorter while there is little memory, each with a marker at least', async () => {
    const url = await start({ heldAnswerBytesMax: 10_000 })
    const replies = await askWholeTail(url)
    assert.ok(replies.length > 3)
    const kinds = replies.flatMap(markersOf).map(({ kind }) => kind)
    assert.equal(kinds.filter((kind) => kind === 'document').length, 400)
    // What was held is given back: a second time takes as many answers.
    assert.equal((await askWholeTail(url)).length, replies.length)
  })

  it('gives a marker for which there is no memory at all', async () => {
    const url = await start({ heldAnswerBytesMax: 1 })
    await leader.store.insert(
      (await fillCollection(leader.store, 'd', 0)).collection,
      JSON.stringify({ text: 'x'.repeat(200_000) }),
    )
    const replies = await askWholeTail(url, { collection: 'd' })
    assert.deepEqual(
      replies.flatMap(markersOf).map(({ kind }) => kind),
      ['create-collection', 'document'],
    )
  })

  it('looks at so many markers and tells how far it came', async () => {
    const url = await start({ tailMarkersMax: 50 })
    const { collection } = await fillCollection(leader.store, 'late', 0)
    const query = { collection: collection.definition.name }
    let from = 0n
    let requests = 0
    for (;;) {
      const reply = await askTail(url, { ...query, from })
      requests += 1
      const { lastScanned, lastIncluded, checkMore } = parseReplicationHeaders(reply.headers)
      if (markersOf(reply).length > 0) break
      assert.deepEqual([checkMore, lastIncluded], [false, 0n])
      // A follower goes on from there although nothing came (client notes, 3.2).
      assert.ok(lastScanned !== undefined && lastScanned - 1n > from)
      from = lastScanned - 1n
    }
    assert.equal(requests, 9)
  })

  it('answers many followers at one time', async () => {
    const url = await start({})
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, index) => askTail(url, { chunkSize: 16_384 + index })),
    )
    for (const reply of replies) assert.ok(markersOf(reply).length > 0)
  })
})
