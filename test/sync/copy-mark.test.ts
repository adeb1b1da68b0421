import assert from 'node:assert/strict'
import { openStoreTarget } from '../../lib/store/index.js'
import { runFullSync } from '../../lib/sync/index.js'
import {
  DATABASE,
  documentLines,
  openLeader,
  put,
  useReplicaPair,
  warningsOf,
} from './support/replica-pair.js'

describe('the mark of an unfinished copy', () => {
  const pair = useReplicaPair()

  beforeEach(async () => {
    for (const name of ['a', 'b', 'c']) await put(pair.leader(), name, documentLines(10))
  })

  /** Begins a copy and ends it when its first documents are there. */
  async function interrupt(collections?: readonly string[]): Promise<void> {
    const source = openLeader(pair.served())
    const target = await openStoreTarget(pair.at('follower'), DATABASE)
    const controller = new AbortController()
    const run = runFullSync(source, target, { collections, signal: controller.signal }, (event) => {
      if (event.kind === 'progress') controller.abort()
    })
    await assert.rejects(run, { code: 'ERR_COPY_UNFINISHED' })
    await Promise.all([source.close(), target.close()])
  }

  async function isMarked(): Promise<boolean> {
    const target = await openStoreTarget(pair.at('follower'), DATABASE)
    const mark = await target.unfinishedCopy()
    await target.close()
    return mark !== undefined
  }

  it('stays when a later copy has only a part of the collections', async () => {
    await interrupt()
    const [warning, ...rest] = warningsOf(await pair.bringUp({ collections: ['a', 'b'] }))
    assert.match(warning ?? '', /stays marked "copy unfinished": a copy of http/)
    assert.deepEqual(rest, [])
    assert.ok(await isMarked())
    assert.deepEqual(warningsOf(await pair.bringUp()), [])
    assert.ok(!(await isMarked()))
    await pair.assertEqual()
  })

  it('goes when a later copy has all collections of one that was restricted', async () => {
    await interrupt(['a', 'b'])
    assert.equal(warningsOf(await pair.bringUp({ exclude: ['b'] })).length, 1)
    assert.ok(await isMarked())
    assert.deepEqual(warningsOf(await pair.bringUp({ collections: ['b', 'a'] })), [])
    assert.ok(!(await isMarked()))
  })

  it('has the collections of both copies when both were interrupted', async () => {
    await interrupt(['a', 'c'])
    await interrupt(['b', 'c'])
    assert.equal(warningsOf(await pair.bringUp({ collections: ['a', 'c'] })).length, 1)
    assert.ok(await isMarked())
    assert.deepEqual(warningsOf(await pair.bringUp({ collections: ['a', 'b', 'c'] })), [])
    assert.ok(!(await isMarked()))
  })
})
