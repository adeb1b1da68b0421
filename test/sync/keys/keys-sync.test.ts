import assert from 'node:assert/strict'
import { openStoreTarget } from '../../../lib/store/index.js'
import { runPlanIncremental, type SyncEvent } from '../../../lib/sync/index.js'
import { inKeyChunks, type KeyChunkOptions } from '../support/key-chunks.js'
import {
  DATABASE,
  documentLine,
  documentLines,
  finishedOf,
  openCopy,
  openLeader,
  outcomesOf,
  put,
  remove,
  revisionAt,
  stateOf,
  useReplicaPair,
  warningsOf,
} from '../support/replica-pair.js'
import { wrapSource } from '../support/wrap-source.js'

const BY_KEY = 'collection "c" is compared by key: the source does not sync it by revision'

describe('incrementalSync() by keys', function () {
  this.timeout(60_000)
  const pair = useReplicaPair({ compat: 'arangodb-3.7' })

  /** Brings the follower up from the leader's store, in chunks of that many keys. */
  async function bringUpInChunks(options: KeyChunkOptions): Promise<readonly SyncEvent[]> {
    return pair.bringUp({}, inKeyChunks(await openCopy(pair.leader().path), options))
  }

  function comparedOf(events: readonly SyncEvent[]): readonly (readonly number[])[] {
    return events.flatMap((event) =>
      event.kind === 'compared' ? [[event.ranges, event.sourceCount, event.targetCount]] : [],
    )
  }

  it('moves only what differs from a leader before 3.8, and tells how much', async () => {
    await put(pair.leader(), 'c', documentLines(300))
    await pair.copyFully()
    await put(pair.leader(), 'c', [documentLine('k7', revisionAt(1000), { n: 7 })])
    await put(pair.leader(), 'c', documentLines(2, 2000))
    await remove(pair.leader(), 'c', ['k1', 'k299'])
    const events = await pair.bringUp()
    assert.deepEqual(warningsOf(events), [BY_KEY])
    const { outcome, totals, repair } = finishedOf(events, 'c')
    assert.equal(outcome, 'repaired')
    assert.deepEqual([totals.documents, totals.removals], [3, 2])
    assert.deepEqual([repair?.ranges, repair?.fetched, repair?.removed], [1, 3, 3])
    assert.equal(repair?.revisionsCompared, 600)
    assert.ok(repair.transferredBytes > 0)
    assert.ok(repair.savedBytes > 0)
    assert.deepEqual(comparedOf(events), [
      [1, 300, 300],
      [0, 300, 300],
    ])
    await pair.assertEqual()
  })

  it('moves nothing where all is equal', async () => {
    await put(pair.leader(), 'c', documentLines(50))
    await pair.copyFully()
    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), { c: 'equal' })
    assert.equal(finishedOf(events, 'c').totals.documents, 0)
  })

  it('finds nothing different behind other hashes', async () => {
    await put(pair.leader(), 'c', documentLines(50))
    await pair.copyFully()
    const events = await bringUpInChunks({ chunkKeys: 20, hash: (value) => value ^ 1n })
    assert.deepEqual(outcomesOf(events), { c: 'equal' })
    assert.equal(finishedOf(events, 'c').repair?.ranges, 3)
  })

  it('removes what the target has before, between and behind chunks', async () => {
    await put(pair.leader(), 'c', documentLines(30, 100))
    await pair.copyFully()
    await pair.withFollower((store) =>
      put(store, 'c', [
        documentLine('a', revisionAt(500)),
        documentLine('k109a', revisionAt(501)),
        documentLine('z', revisionAt(502)),
      ]),
    )
    const events = await bringUpInChunks({ chunkKeys: 10 })
    const { outcome, totals } = finishedOf(events, 'c')
    assert.deepEqual([outcome, totals.removals, totals.documents], ['repaired', 3, 0])
    await pair.assertEqual()
  })

  it('empties a target whose source has no documents', async () => {
    await put(pair.leader(), 'c', documentLines(10))
    await pair.copyFully()
    await remove(
      pair.leader(),
      'c',
      documentLines(10).map((_, index) => `k${index}`),
    )
    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), { c: 'truncated' })
    assert.equal(finishedOf(events, 'c').totals.removals, 10)
    await pair.assertEqual()
  })

  it('sorts revisions out that went to other keys', async () => {
    const count = 9
    await put(pair.leader(), 'c', documentLines(count))
    await pair.copyFully()
    const keys = documentLines(count).map((_, index) => `k${index}`)
    await remove(pair.leader(), 'c', keys)
    // Each key gets the revision of the next one, which is taken away from that when it is written.
    const lines = keys.map((key, index) =>
      documentLine(key, index === count - 1 ? revisionAt(1, 9) : revisionAt(index + 1)),
    )
    await put(pair.leader(), 'c', lines)
    const events = await bringUpInChunks({ chunkKeys: 2 })
    assert.deepEqual(warningsOf(events), [BY_KEY])
    assert.equal(finishedOf(events, 'c').outcome, 'repaired')
    await pair.assertEqual()
  })

  it('copies the whole where the source never gives what it lists', async () => {
    await put(pair.leader(), 'c', documentLines(10))
    await pair.copyFully()
    await put(pair.leader(), 'c', documentLines(1, 20))
    const source = inKeyChunks(await openCopy(pair.leader().path), { chunkKeys: 5 })
    const silent = wrapSource(source, (snapshot) => ({
      async seekKeys(definition) {
        const access = await snapshot.seekKeys?.(definition)
        return access === undefined ? undefined : { ...access, documents: () => nothing() }
      },
    }))
    const events = await pair.bringUp({}, silent)
    const reason = 'what the source gave did not make it equal'
    assert.deepEqual(warningsOf(events), [BY_KEY, `collection "c" is copied as a whole: ${reason}`])
    assert.deepEqual(outcomesOf(events), { c: 'copied' })
    await pair.assertEqual()
  })

  it('looks at the documents of a collection that was renamed', async () => {
    const collection = await pair.leader().createCollection(pair.system(), { name: 'b', type: 2 })
    await put(pair.leader(), 'b', documentLines(10))
    await pair.copyFully()
    await pair.leader().renameCollection(collection, 'c')
    await put(pair.leader(), 'c', documentLines(1, 20))
    const events = await pair.bringUp()
    assert.deepEqual(warningsOf(events), [BY_KEY])
    assert.equal(finishedOf(events, 'c').outcome, 'repaired')
    await pair.assertEqual()
  })

  it('copies a renamed collection whose documents have the new name', async () => {
    const collection = await pair.leader().createCollection(pair.system(), { name: 'b', type: 2 })
    await put(pair.leader(), 'b', documentLines(10))
    await pair.copyFully()
    await pair.leader().renameCollection(collection, 'c')
    const keys = documentLines(10).map((_, index) => `k${index}`)
    await remove(pair.leader(), 'c', keys)
    const named = documentLines(10).map((line) => line.replace('"c/', '"d/'))
    await put(pair.leader(), 'c', named)
    const events = await pair.bringUp()
    assert.match(warningsOf(events)[1] ?? '', /still have the name "b" at the target$/)
    await pair.assertEqual()
  })

  it('ends when it is aborted, and goes on when it is run again', async () => {
    await put(pair.leader(), 'c', documentLines(100))
    await pair.copyFully()
    await put(pair.leader(), 'c', documentLines(50, 200))
    const controller = new AbortController()
    const source = wrapSource(openLeader(pair.served()), (snapshot) => ({
      seek: () => Promise.resolve(undefined),
      async seekKeys(definition, options) {
        const access = await snapshot.seekKeys?.(definition, options)
        controller.abort(new Error('enough'))
        return access
      },
    }))
    await assert.rejects(pair.bringUp({ signal: controller.signal }, source), /enough/)
    await pair.bringUp()
    await pair.assertEqual()
  })

  it('is planned as it is run', async () => {
    await put(pair.leader(), 'c', documentLines(100))
    await put(pair.leader(), 'equal', documentLines(10))
    await put(pair.leader(), 'gone', documentLines(10))
    await pair.copyFully()
    await put(pair.leader(), 'c', [documentLine('k7', revisionAt(1000))])
    await put(pair.leader(), 'c', documentLines(2, 2000))
    await remove(pair.leader(), 'c', ['k1'])
    await remove(
      pair.leader(),
      'gone',
      documentLines(10).map((_, index) => `k${index}`),
    )
    const source = openLeader(pair.served())
    const target = await openStoreTarget(pair.at('follower'), DATABASE)
    const before = await target.openSnapshot()
    await before.close()
    const planned = await runPlanIncremental(source, target, { workers: 0 })
    await Promise.all([source.close(), target.close()])
    const shown = planned.map(({ collection, action, ranges, fetch, remove: removed }) => {
      return [collection, action, ranges, fetch, removed]
    })
    assert.deepEqual(shown, [
      ['c', 'repair', 1, 3, 2],
      ['equal', 'nothing', 0, 0, 0],
      ['gone', 'truncate', 0, 0, 10],
    ])
    const { repair } = finishedOf(await pair.bringUp(), 'c')
    assert.deepEqual([repair?.fetched, repair?.removed], [3, 2])
    await pair.assertEqual()
  })

  it('copies empty collections, and makes those that are missing', async () => {
    await put(pair.leader(), 'c', [])
    await pair.copyFully()
    await put(pair.leader(), 'c', documentLines(3))
    await put(pair.leader(), 'other', documentLines(3))
    assert.deepEqual(outcomesOf(await pair.bringUp()), { c: 'copied', other: 'copied' })
    const state = await stateOf(pair.at('follower'), 'c')
    assert.equal(state.get('c')?.['count'], 3)
    await pair.assertEqual()
  })
})

// eslint-disable-next-line @typescript-eslint/require-await -- there is nothing to wait for
async function* nothing(): AsyncGenerator<never> {
  yield* []
}
