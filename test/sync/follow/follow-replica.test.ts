import assert from 'node:assert/strict'
import type { FollowEvent } from '../../../lib/sync/index.js'
import { collectionOf, openCopy, openLeader, useReplicaPair } from '../support/replica-pair.js'
import { fill, put } from './support/fill.js'
import { catchUp, kindsOf, lastOf, startFollow } from './support/follow-pair.js'

const isLevel = (event: FollowEvent): boolean => event.kind === 'followed' && event.isLevel

describe('followReplica()', () => {
  const pair = useReplicaPair()

  it('copies, then applies what came since, and ends when level if asked to', async () => {
    await fill(pair.leader(), 'a')
    const events = await catchUp(pair)
    assert.deepEqual(kindsOf(events), ['started', 'finished', 'follow-started', 'followed'])
    const { isLevel: level, lagTicks, lagSeconds } = lastOf(events)
    assert.deepEqual([level, lagTicks, lagSeconds], [true, 0n, 0])
    await pair.assertEqual()
  })

  it('goes on from where the target stands, without another copy', async () => {
    const store = pair.leader()
    await fill(store, 'a', 'gone', 'emptied')
    await catchUp(pair)
    await put(store, 'a', 'k0', 'new')
    await store.remove(collectionOf(store, 'a'), 'k1')
    await store.truncateCollection(collectionOf(store, 'emptied'))
    await store.dropCollection(collectionOf(store, 'gone'))
    await fill(store, 'made')
    await store.createIndex(collectionOf(store, 'made'), { type: 'persistent', fields: ['n'] })
    await store.renameCollection(collectionOf(store, 'made'), 'renamed')
    await store.createView(pair.system(), { name: 'v', type: 'arangosearch' })
    const events = await catchUp(pair)
    assert.deepEqual(kindsOf(events), ['follow-started', 'followed'])
    const { totals } = lastOf(events)
    assert.deepEqual([totals.documents, totals.removals >= 1, totals.resyncs], [5, true, 0])
    await pair.assertEqual(await onlyThere(pair.at('follower'), ['gone']))
  })

  it('applies whole transactions', async () => {
    const store = pair.leader()
    await fill(store, 'a', 'b')
    await catchUp(pair)
    const [a, b] = [collectionOf(store, 'a'), collectionOf(store, 'b')]
    await store.transaction(pair.system(), (operations) => {
      operations.put(a, '{"_key":"t"}')
      operations.put(b, '{"_key":"t"}')
      operations.remove(a, 'k0')
    })
    const failed = store.transaction(pair.system(), (operations) => {
      operations.put(a, '{"_key":"undone"}')
      throw new Error('no')
    })
    await assert.rejects(failed, /^Error: no$/)
    const { totals } = lastOf(await catchUp(pair))
    assert.deepEqual([totals.documents, totals.removals], [2, 1])
    await pair.assertEqual()
  })

  it('tells a change soon after it was made, and ends with the reason of its signal', async () => {
    const store = pair.leader()
    await fill(store, 'a')
    const run = await startFollow(pair)
    await run.until(isLevel)
    await put(store, 'a', 'new')
    await run.until((event) => event.kind === 'followed' && event.totals.documents === 1)
    await run.stop()
    await pair.assertEqual()
  })

  it('is equal after being stopped again and again under writes', async () => {
    const store = pair.leader()
    await fill(store, 'a', 'b')
    await catchUp(pair)
    for (let round = 0; round < 6; round += 1) {
      const writes = (async () => {
        for (let index = 0; index < 40; index += 1) {
          await put(store, index % 2 === 0 ? 'a' : 'b', `r${round}-${index}`, `k${index % 3}`)
        }
      })()
      const run = await startFollow(pair)
      await run.until(({ kind }) => kind === (round % 2 === 0 ? 'follow-started' : 'followed'))
      await run.stop()
      await writes
    }
    const events = await catchUp(pair)
    assert.deepEqual(kindsOf(events), ['follow-started', 'followed'])
    await pair.assertEqual()
  })

  it('follows a store as it follows a server', async () => {
    const store = pair.leader()
    await fill(store, 'a')
    await catchUp(pair, {}, await openCopy(store.path))
    await put(store, 'a', 'new')
    const events = await catchUp(pair, {}, await openCopy(store.path))
    assert.deepEqual(kindsOf(events), ['follow-started', 'followed'])
    await pair.assertEqual()
  })

  it('copies only what differs with `incremental` where there is no position', async () => {
    await fill(pair.leader(), 'a')
    await pair.copyFully()
    await put(pair.leader(), 'a', 'new')
    const events = await catchUp(pair, { incremental: true })
    const [started] = events
    assert.ok(started?.kind === 'started' && started.isIncremental)
    await pair.assertEqual()
  })

  it('leaves the position of an earlier follower behind when it was copied into since', async () => {
    await fill(pair.leader(), 'a')
    await catchUp(pair)
    await pair.copyFully()
    assert.equal((await catchUp(pair))[0]?.kind, 'started')
  })

  it('tells progress no more often than asked', async () => {
    const store = pair.leader()
    await fill(store, 'a')
    await catchUp(pair)
    const run = await startFollow(pair, { progressMs: 60_000 })
    await run.until(({ kind }) => kind === 'followed')
    const target = 20
    for (let index = 0; index < target; index += 1) await put(store, 'a', `p${index}`)
    await run.stop()
    assert.ok(run.events.filter(({ kind }) => kind === 'followed').length <= 2)
  })

  it('passes an unreachable leader on as an error once it gave up', async () => {
    const source = openLeader(pair.served())
    await fill(pair.leader(), 'a')
    await catchUp(pair)
    await pair.served().leader.close()
    const run = await startFollow(pair, { resume: { retries: 0 } }, source)
    assert.match(String(await run.ended), /Cannot /)
  })
})

/** Of the names, those that the follower has: collections that it was not told to drop. */
async function onlyThere(path: string, names: readonly string[]): Promise<readonly string[]> {
  const source = await openCopy(path)
  const snapshot = await source.openSnapshot()
  try {
    const { collections } = await snapshot.inventory()
    const there = new Set(collections.map(({ definition }) => definition.name))
    return names.filter((name) => there.has(name))
  } finally {
    await snapshot.close()
    await source.close()
  }
}
