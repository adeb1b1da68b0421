import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { openDirectory } from '../../lib/directory/index.js'
import type { Source } from '../../lib/replica/index.js'
import {
  NO_REPAIR,
  runPlanIncremental,
  type IncrementalSyncOptions,
  type PlannedCollection,
} from '../../lib/sync/index.js'
import { writeSampleDump } from '../support/sample-dump.js'
import {
  collectionOf,
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
} from './support/replica-pair.js'

const NOTHING = {
  ranges: 0,
  revisionsCompared: 0,
  fetch: 0,
  remove: 0,
  changesDefinition: false,
}

describe('runPlanIncremental()', () => {
  const pair = useReplicaPair()

  async function plan(
    options: IncrementalSyncOptions = {},
    source: Source = openLeader(pair.served()),
    target?: Source,
  ): Promise<readonly PlannedCollection[]> {
    const there = target ?? (await openCopy(pair.at('follower')))
    try {
      return await runPlanIncremental(source, there, { workers: 0, ...options })
    } finally {
      await Promise.all([source.close(), there.close()])
    }
  }

  it('tells what a run then does, and does nothing', async () => {
    const leader = pair.leader()
    for (const name of ['equal', 'differs', 'emptied', 'renamed']) {
      await put(leader, name, documentLines(1000))
    }
    for (const name of ['filled', 'nothing']) await put(leader, name, [])
    await pair.copyFully()
    await put(leader, 'filled', documentLines(7))
    await put(leader, 'made', documentLines(3))
    await put(leader, 'differs', [...documentLines(5, 5000), documentLine('k1', revisionAt(6000))])
    await remove(leader, 'differs', ['k10', 'k11'])
    await leader.truncateCollection(collectionOf(leader, 'emptied'))
    await leader.renameCollection(collectionOf(leader, 'renamed'), 'other')
    const renamed = documentLines(1000).map((line) => line.replace('"c/', '"other/'))
    await leader.truncateCollection(collectionOf(leader, 'other'))
    await put(leader, 'other', renamed)
    await leader.changeCollection(collectionOf(leader, 'equal'), { waitForSync: true })
    const before = await stateOf(pair.at('follower'))

    const planned = await plan()

    assert.deepEqual(await stateOf(pair.at('follower')), before)
    assert.deepEqual(planned.map(withoutFigures), [
      { collection: 'differs', action: 'repair', fetch: 6, remove: 3 },
      { collection: 'emptied', action: 'truncate', fetch: 0, remove: 1000 },
      { collection: 'equal', action: 'nothing', fetch: 0, remove: 0 },
      { collection: 'filled', action: 'copy', fetch: 7, remove: 0 },
      { collection: 'made', action: 'create', fetch: 3, remove: 0 },
      { collection: 'nothing', action: 'nothing', fetch: 0, remove: 0 },
      { collection: 'other', action: 'copy', fetch: 1000, remove: 1000 },
    ])
    const [differs, , equal, , , , other] = planned as [PlannedCollection, ...PlannedCollection[]]
    assert.equal(equal?.changesDefinition, true)
    assert.equal(differs.changesDefinition, false)
    assert.equal(other?.reason, 'its documents still have the name "renamed" at the target')

    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), {
      differs: 'repaired',
      emptied: 'truncated',
      equal: 'repaired',
      filled: 'copied',
      made: 'copied',
      nothing: 'equal',
      other: 'copied',
    })
    const { ranges, revisionsCompared } = differs
    const { repair } = finishedOf(events, 'differs')
    assert.deepEqual(
      { ...repair, transferredBytes: 0, savedBytes: 0 },
      { ...NO_REPAIR, ranges, revisionsCompared, fetched: 6, removed: 3 },
    )
  })

  it('plans to make everything where there is no target', async () => {
    await put(pair.leader(), 'a', documentLines(10))
    const source = openLeader(pair.served())
    const planned = await runPlanIncremental(source, undefined, { workers: 0 })
    await source.close()
    assert.deepEqual(planned, [{ ...NOTHING, collection: 'a', action: 'create', fetch: 10 }])
    assert.equal(existsSync(pair.at('follower')), false)
  })

  it('compares trees that begin elsewhere without moving them', async () => {
    await put(pair.leader(), 'a', documentLines(100))
    await pair.copyFully()
    await pair.leader().rebuildTree(collectionOf(pair.leader(), 'a'), revisionAt(0) - 54_321n)
    assert.deepEqual(await plan(), [{ ...NOTHING, collection: 'a', action: 'nothing' }])
    await put(pair.leader(), 'a', documentLines(1, 200))
    const [planned] = await plan()
    assert.deepEqual([planned?.action, planned?.fetch, planned?.remove], ['repair', 1, 0])
  })

  it('says why a collection would be copied as a whole', async () => {
    await put(pair.leader(), 'a', documentLines(10))
    await pair.copyFully()
    await pair.withFollower((store) => put(store, 'a', ['{"_key":"odd","_rev":""}']))
    const [planned] = await plan()
    assert.deepEqual([planned?.action, planned?.remove], ['copy', 11])
    assert.equal(planned?.reason, 'documents of the target could not keep their revisions')
  })

  it('compares a directory', async () => {
    await writeSampleDump(pair.at('dump'), [{ name: 'things', count: 500 }])
    const dump = await openDirectory(pair.at('dump'))
    await pair.bringUp({}, dump)
    await pair.withFollower((store) => remove(store, 'things', ['k7', 'k8']))
    const [planned] = await plan({}, await openDirectory(pair.at('dump')))
    assert.deepEqual([planned?.action, planned?.fetch, planned?.remove], ['repair', 2, 0])
  })

  it('works beside a process that writes to the target', async () => {
    await put(pair.leader(), 'a', documentLines(10))
    await pair.copyFully()
    await pair.withFollower(async () => {
      assert.deepEqual(await plan(), [{ ...NOTHING, collection: 'a', action: 'nothing' }])
    })
  })

  it('plans only what is chosen, and refuses what does not exist', async () => {
    for (const name of ['a', 'b']) await put(pair.leader(), name, documentLines(10))
    await pair.copyFully()
    const planned = await plan({ collections: ['b'] })
    assert.deepEqual(
      planned.map(({ collection }) => collection),
      ['b'],
    )
    await assert.rejects(plan({ collections: ['c'] }), { code: 'ERR_UNKNOWN_COLLECTION' })
  })

  it('ends when the signal is aborted', async () => {
    await put(pair.leader(), 'a', documentLines(10))
    await pair.copyFully()
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(plan({ signal }), { message: 'enough' })
  })
})

function withoutFigures({ collection, action, fetch, remove: removed }: PlannedCollection): object {
  return { collection, action, fetch, remove: removed }
}
