import assert from 'node:assert/strict'
import { runPlanIncremental } from '../../lib/sync/index.js'
import {
  collectionOf,
  documentLines,
  finishedOf,
  openCopy,
  openLeader,
  outcomesOf,
  put,
  useReplicaPair,
  warningsOf,
} from './support/replica-pair.js'

describe('incrementalSync() of collections that were renamed', () => {
  const pair = useReplicaPair()

  it('renames a collection that has another name now', async () => {
    await put(pair.leader(), 'a', documentLines(100))
    await put(pair.leader(), 'none', [])
    await pair.copyFully()
    await pair.leader().renameCollection(collectionOf(pair.leader(), 'a'), 'b')
    await pair.leader().renameCollection(collectionOf(pair.leader(), 'none'), 'nothing')
    await put(pair.leader(), 'a', documentLines(50))
    await put(pair.leader(), 'b', documentLines(2, 300))
    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), { a: 'copied', b: 'repaired', nothing: 'repaired' })
    assert.deepEqual(warningsOf(events), [])
    assert.equal(finishedOf(events, 'b').repair?.fetched, 2)
    await pair.assertEqual()
  })

  it('renames collections whose new names were taken by each other', async () => {
    for (const name of ['a', 'b']) await put(pair.leader(), name, documentLines(10))
    await pair.copyFully()
    for (const [from, to] of [
      ['b', 'c'],
      ['a', 'b'],
    ] as const) {
      await pair.leader().renameCollection(collectionOf(pair.leader(), from), to)
    }
    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), { b: 'repaired', c: 'repaired' })
    await pair.assertEqual()
  })

  it('copies a renamed collection whose documents have the new name in them', async () => {
    await put(pair.leader(), 'c', documentLines(10))
    await pair.copyFully()
    const leader = pair.leader()
    await leader.renameCollection(collectionOf(leader, 'c'), 'd')
    // What a server does by itself: same revisions, other `_id`.
    await leader.truncateCollection(collectionOf(leader, 'd'))
    await put(
      leader,
      'd',
      documentLines(10).map((line) => line.replace('"c/', '"d/')),
    )
    const events = await pair.bringUp()
    assert.deepEqual(warningsOf(events), [
      'collection "d" is copied as a whole: its documents still have the name "c" at the target',
    ])
    await pair.assertEqual()
  })

  it('takes names that were swapped, of collections with documents and without', async () => {
    const leader = pair.leader()
    for (const [name, count] of [
      ['a', 10],
      ['b', 20],
      ['c', 0],
      ['d', 0],
    ] as const) {
      await put(leader, name, documentLines(count))
    }
    await pair.copyFully()
    for (const [one, other] of [
      ['a', 'b'],
      ['c', 'd'],
    ] as const) {
      await leader.renameCollection(collectionOf(leader, one), 'meanwhile')
      await leader.renameCollection(collectionOf(leader, other), one)
      await leader.renameCollection(collectionOf(leader, 'meanwhile'), other)
    }
    const events = await pair.bringUp()
    assert.equal(warningsOf(events).length, 2)
    await pair.assertEqual()
  })

  it('sees old names in documents after a run that ended between renaming and copying', async () => {
    const leader = pair.leader()
    await put(leader, 'c', documentLines(10))
    await pair.copyFully()
    await leader.renameCollection(collectionOf(leader, 'c'), 'd')
    await leader.truncateCollection(collectionOf(leader, 'd'))
    await put(
      leader,
      'd',
      documentLines(10).map((line) => line.replace('"c/', '"d/')),
    )
    await pair.withFollower(async (store) => {
      await store.renameCollection(collectionOf(store, 'c'), 'd')
    })
    const [source, there] = [openLeader(pair.served()), await openCopy(pair.at('follower'))]
    try {
      const [planned] = await runPlanIncremental(source, there, { workers: 0 })
      assert.equal(planned?.action, 'copy')
    } finally {
      await Promise.all([source.close(), there.close()])
    }
    const events = await pair.bringUp()
    assert.deepEqual(warningsOf(events), [
      'collection "d" is copied as a whole: its documents still have the name "c" at the target',
    ])
    await pair.assertEqual()
  })
})
