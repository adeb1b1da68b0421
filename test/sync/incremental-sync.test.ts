import assert from 'node:assert/strict'
import type { SyncEvent } from '../../lib/sync/index.js'
import {
  collectionOf,
  documentLine,
  documentLines,
  finishedOf,
  openCopy,
  outcomesOf,
  put,
  remove,
  revisionAt,
  useReplicaPair,
  warningsOf,
} from './support/replica-pair.js'

describe('incrementalSync()', () => {
  const pair = useReplicaPair()

  it('moves not one document, and writes nothing, where trees are equal', async () => {
    await put(pair.leader(), 'a', documentLines(3000))
    await put(pair.leader(), 'empty', [])
    await pair.copyFully()
    let tick: unknown
    await pair.withFollower((store) => {
      tick = store.lastTick
      return Promise.resolve()
    })
    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), { a: 'equal', empty: 'equal' })
    const { totals, repair } = finishedOf(events, 'a')
    assert.deepEqual([totals.documents, totals.readBytes, totals.removals], [0, 0, 0])
    assert.equal(repair?.fetched, 0)
    assert.equal(repair.savedBytes, documentLines(3000).join('').length)
    assert.ok(
      repair.transferredBytes > 0 && repair.transferredBytes < 2000,
      `${repair.transferredBytes}`,
    )
    await pair.withFollower((store) => {
      assert.equal(store.lastTick, tick)
      return Promise.resolve()
    })
    await pair.assertEqual()
  })

  it('moves exactly what differs', async () => {
    await put(pair.leader(), 'a', documentLines(5000))
    await pair.copyFully()
    await put(pair.leader(), 'a', [
      documentLine('new', revisionAt(6000)),
      documentLine('k17', revisionAt(6001), { changed: true }),
    ])
    await remove(pair.leader(), 'a', ['k40', 'k41'])
    await pair.withFollower(async (store) => {
      await put(store, 'a', [
        documentLine('extra', revisionAt(7000)),
        documentLine('k4000', revisionAt(7001), { spoiled: true }),
      ])
      await remove(store, 'a', ['k3'])
    })
    const events = await pair.bringUp()
    const { outcome, repair, totals } = finishedOf(events, 'a')
    assert.equal(outcome, 'repaired')
    // new, k17, k4000 and k3 come; k17's, k4000's and extra's revisions go, and k40 and k41.
    assert.deepEqual([repair?.fetched, repair?.removed], [4, 5])
    assert.equal(totals.documents, 4)
    assert.ok((repair?.savedBytes ?? 0) > 150_000)
    await pair.assertEqual()
  })

  it('tells what happens, in order', async () => {
    await put(pair.leader(), 'a', documentLines(10))
    await pair.copyFully()
    await put(pair.leader(), 'a', documentLines(1, 100))
    await put(pair.leader(), 'b', documentLines(1))
    const events = await pair.bringUp()
    const told = events.map((event) =>
      'collection' in event ? `${event.kind} ${event.collection}` : event.kind,
    )
    assert.deepEqual(told, [
      'started',
      'collection-started a',
      'compared a',
      'repair-progress a',
      'repair-progress a',
      'compared a',
      'collection-finished a',
      'collection-started b',
      'progress b',
      'collection-finished b',
      'finished',
    ])
    const compared = events.filter(({ kind }) => kind === 'compared')
    const common = { kind: 'compared', collection: 'a', sourceCount: 11 }
    assert.deepEqual(compared, [
      { ...common, ranges: 1, targetCount: 10 },
      { ...common, ranges: 0, targetCount: 11 },
    ])
    const last = events.at(-1)
    assert.ok(last?.kind === 'finished')
    assert.equal(last.repair?.fetched, 1)
    assert.deepEqual(
      last.collections.map(({ name, outcome }) => [name, outcome]),
      [
        ['a', 'repaired'],
        ['b', 'copied'],
      ],
    )
  })

  it('takes keys that were swapped between documents', async () => {
    const lines = Array.from({ length: 100 }, (_, index) =>
      documentLine(`k${index}`, revisionAt(index, index)),
    )
    await put(pair.leader(), 'a', lines)
    await pair.copyFully()
    // Each key has the revision of another one now, and each of them a new neighbour.
    const swapped = lines.map((_, index) =>
      documentLine(`k${(index + 50) % 100}`, revisionAt(500 + index, (index * 37) % 100), {
        was: index,
      }),
    )
    await put(pair.leader(), 'a', swapped)
    await pair.bringUp()
    await pair.assertEqual()
  })

  it('takes a revision away from a document that has it at the target alone', async () => {
    await put(pair.leader(), 'a', documentLines(10))
    await pair.copyFully()
    await put(pair.leader(), 'a', [documentLine('k1', revisionAt(50))])
    await pair.withFollower(async (store) => {
      await remove(store, 'a', ['k5'])
      await put(store, 'a', [
        documentLine('other', revisionAt(49)),
        documentLine('k1', revisionAt(48)),
      ])
    })
    await pair.bringUp()
    await pair.assertEqual()
  })

  it('makes what is missing, and leaves what only the target has', async () => {
    await put(pair.leader(), 'a', documentLines(10))
    await put(pair.leader(), 'b', documentLines(20))
    await pair.withFollower(async (store) => {
      await put(store, 'mine', documentLines(5))
      await put(store, 'b', documentLines(3))
    })
    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), { a: 'copied', b: 'copied' })
    assert.deepEqual(warningsOf(events), [])
    await pair.assertEqual(['mine'])
  })

  it('empties what the source has emptied, and fills what the target lacks', async () => {
    await put(pair.leader(), 'a', documentLines(1000))
    await put(pair.leader(), 'b', [])
    await pair.copyFully()
    await pair.leader().truncateCollection(collectionOf(pair.leader(), 'a'))
    await put(pair.leader(), 'b', documentLines(1000))
    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), { a: 'truncated', b: 'copied' })
    assert.equal(finishedOf(events, 'a').totals.removals, 1000)
    await pair.assertEqual()
    assert.deepEqual(outcomesOf(await pair.bringUp()), { a: 'equal', b: 'equal' })
  })

  it('compares trees that begin elsewhere', async () => {
    await put(pair.leader(), 'a', documentLines(2000))
    await pair.copyFully()
    const collection = collectionOf(pair.leader(), 'a')
    await pair.leader().rebuildTree(collection, revisionAt(0) - 12_345n)
    await put(pair.leader(), 'a', documentLines(1, 5000))
    const events = await pair.bringUp()
    assert.equal(finishedOf(events, 'a').repair?.fetched, 1)
    await pair.withFollower(async (store) => {
      // Revisions so old that a tree from there cannot hold them make it begin at 0.
      await put(store, 'a', [documentLine('old', 5n), documentLine('newer', 2n ** 62n)])
    })
    assert.equal(finishedOf(await pair.bringUp(), 'a').repair?.removed, 2)
    await pair.assertEqual()
  })

  it('takes over properties, indexes and views', async () => {
    const leader = pair.leader()
    await put(leader, 'a', documentLines(100))
    const first = await leader.createIndex(collectionOf(leader, 'a'), {
      type: 'persistent',
      fields: ['n'],
      name: 'by-n',
    })
    await leader.createView(pair.system(), { name: 'v', type: 'arangosearch' })
    await pair.copyFully()
    await leader.changeCollection(collectionOf(leader, 'a'), { waitForSync: true })
    await leader.dropIndex(collectionOf(leader, 'a'), String(first['id']))
    const index = { type: 'persistent', fields: ['n', 'm'], name: 'by-n-and-m', sparse: true }
    await leader.createIndex(collectionOf(leader, 'a'), index)
    await leader.createView(pair.system(), { name: 'w', type: 'search-alias' })
    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), { a: 'repaired' })
    assert.equal(finishedOf(events, 'a').repair?.fetched, 0)
    await pair.assertEqual()
  })

  it('copies from a store as from a server', async () => {
    await put(pair.leader(), 'a', documentLines(1000))
    await pair.copyFully()
    await put(pair.leader(), 'a', documentLines(3, 2000))
    const source = await openCopy(pair.leader().path)
    const events = await pair.bringUp({}, source)
    const { repair } = finishedOf(events, 'a')
    assert.deepEqual([repair?.fetched, repair?.transferredBytes], [3, 0])
    await pair.assertEqual()
  })

  it('brings up only what is chosen', async () => {
    for (const name of ['a', 'b']) await put(pair.leader(), name, documentLines(10))
    const events = await pair.bringUp({ collections: ['b'] })
    assert.deepEqual(outcomesOf(events), { b: 'copied' })
    await assert.rejects(pair.bringUp({ collections: ['nope'] }), {
      code: 'ERR_UNKNOWN_COLLECTION',
    })
  })

  it('removes 300,000 documents that only the target has', async () => {
    await put(pair.leader(), 'a', documentLines(1000))
    await pair.copyFully()
    await pair.withFollower(async (store) => {
      for (let first = 0; first < 300_000; first += 20_000) {
        await put(store, 'a', documentLines(20_000, 10_000 + first, 'x'))
      }
    })
    const events = await pair.bringUp()
    const { repair } = finishedOf(events, 'a')
    assert.deepEqual([repair?.fetched, repair?.removed], [0, 300_000])
    const blocks = events.filter((event: SyncEvent) => event.kind === 'repair-progress')
    assert.ok(blocks.length >= 5, 'the revisions came in blocks')
    await pair.assertEqual()
  })
})
