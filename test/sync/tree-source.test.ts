import assert from 'node:assert/strict'
import { lastValueFrom, toArray } from 'rxjs'
import { MerkleTree } from '../../lib/merkle/index.js'
import type { Snapshot } from '../../lib/replica/index.js'
import { buildSourceTrees, treeSource, UnknownCollectionError } from '../../lib/sync/index.js'
import { decodeRevision } from '../../lib/values/index.js'
import { DumpLineError } from '../../lib/wire/index.js'
import { countdown } from '../support/countdown.js'
import { createScriptedSource, documentLines } from '../support/scripted-source.js'

const LINES = documentLines(['1', '2', '3', '4'])
const REVISIONS = LINES.map((line) => decodeRevision((JSON.parse(line) as { _rev: string })._rev))
const REMOVAL = '{"type":2302,"data":{"_key":"9"}}'

/** The tree that has the revisions of {@link LINES}. */
function expectedTree(): MerkleTree {
  const tree = new MerkleTree({ rangeMin: REVISIONS[0] ?? 0n })
  tree.insertMany(REVISIONS)
  return tree
}

describe('treeSource()', () => {
  const source = createScriptedSource([
    { name: 'a', chunks: LINES.map((line) => [line]) },
    { name: 'b', chunks: [] },
    { name: '_graphs', chunks: [LINES] },
  ])

  it('tells what it is at, then the tree, of one collection after the other', async () => {
    const events = await lastValueFrom(treeSource(source, { workers: 0 }).pipe(toArray()))
    const told = events.map(({ kind, collection }) => `${kind} ${collection}`)
    const phases = told.filter((one, index) => one !== told[index - 1])
    assert.deepEqual(
      phases.filter((one) => one !== 'progress b'),
      ['collection-started a', 'progress a', 'tree a', 'collection-started b', 'tree b'],
    )
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'collection-started' ? [event.index] : [])),
      [0, 1],
    )
    assert.equal(source.log.at(-1), 'close snapshot')
  })

  it('gives the totals in the last progress', async () => {
    const events = await lastValueFrom(
      treeSource(source, { workers: 0, collections: ['a'] }).pipe(toArray()),
    )
    const last = events.findLast((event) => event.kind === 'progress')
    assert.ok(last?.kind === 'progress')
    const bytes = LINES.join('\n').length + 1
    const { documents, readBytes, bytes: told } = last.totals
    assert.deepEqual([documents, readBytes, told], [4, bytes, bytes])
  })

  it('gives the same with threads and without', async () => {
    const expected = expectedTree()
    for (const workers of [0, 1, 2]) {
      const [built, ...others] = await buildSourceTrees(source, { workers })
      assert.equal(built?.collection, 'a')
      assert.deepEqual(built.tree.shape, expected.shape)
      assert.deepEqual(built.tree.leaves, expected.leaves)
      assert.deepEqual(
        others.map(({ collection, tree }) => [collection, tree.count, tree.hash]),
        [['b', 0, 0n]],
      )
    }
  })

  it('takes the named collections, system collections only when asked for', async () => {
    const namesFor = async (options: object): Promise<string[]> => {
      const trees = await buildSourceTrees(source, { workers: 0, ...options })
      return trees.map(({ collection }) => collection)
    }
    assert.deepEqual(await namesFor({}), ['a', 'b'])
    assert.deepEqual(await namesFor({ includeSystem: true }), ['a', 'b', '_graphs'])
    assert.deepEqual(await namesFor({ collections: ['_graphs', 'b'] }), ['b', '_graphs'])
  })

  it('counts the removals that it passes over', async () => {
    const old = createScriptedSource([{ name: 'a', chunks: [[...LINES, REMOVAL], [REMOVAL]] }])
    const [built] = await buildSourceTrees(old, { workers: 0 })
    assert.deepEqual([built?.removals, built?.tree.count], [2, 4])
  })

  it('names the bad line, with threads and without, and closes the snapshot', async () => {
    for (const workers of [0, 1]) {
      const damaged = createScriptedSource([{ name: 'a', chunks: [[...LINES, '{"_key":']] }])
      await assert.rejects(buildSourceTrees(damaged, { workers }), (error: unknown) => {
        assert.ok(error instanceof DumpLineError)
        assert.deepEqual([error.lineNumber, error.source], [5, 'scripted a'])
        return true
      })
      assert.equal(damaged.log.at(-1), 'close snapshot')
    }
  })

  it('refuses a name that does not exist, and a number of workers that is none', async () => {
    const options = { workers: 0, collections: ['c'] }
    await assert.rejects(buildSourceTrees(source, options), UnknownCollectionError)
    assert.equal(source.log.at(-1), 'close snapshot')
    await assert.rejects(buildSourceTrees(source, { workers: -1 }), RangeError)
  })

  it('ends when the signal is aborted', async () => {
    const controller = new AbortController()
    const abort = (): Promise<void> => {
      controller.abort(new Error('enough'))
      return Promise.resolve()
    }
    const long = createScriptedSource([{ name: 'a', chunks: [LINES, abort, LINES] }])
    const { signal } = controller
    await assert.rejects(buildSourceTrees(long, { workers: 0, signal }), { message: 'enough' })
    assert.equal(long.log.at(-1), 'close snapshot')
  })

  it('closes when its subscriber leaves in the middle of a collection', async () => {
    const reading = countdown(1)
    const left = countdown(1)
    const closed = countdown(1)
    const wait = async (): Promise<void> => {
      reading.count()
      await left.reached
    }
    const slow = createScriptedSource([
      { name: 'a', chunks: [LINES, wait, LINES] },
      { name: 'b', chunks: [LINES] },
    ])
    const open = async (): Promise<Snapshot> => {
      const snapshot = await slow.openSnapshot()
      return { ...snapshot, close: () => snapshot.close().then(closed.count) }
    }
    const kinds: string[] = []
    const subscription = treeSource({ ...slow, openSnapshot: open }, { workers: 0 }).subscribe(
      ({ kind }) => kinds.push(kind),
    )
    await reading.reached
    subscription.unsubscribe()
    left.count()
    await closed.reached
    assert.equal(kinds[0], 'collection-started')
    assert.ok(!kinds.includes('tree'))
    assert.ok(slow.log.includes('a 0') && !slow.log.includes('b 0'))
  })

  it('fails as its source and its observer fail', async () => {
    const failure = new Error('no snapshot')
    const closedSource = { ...source, openSnapshot: () => Promise.reject(failure) }
    for (const workers of [0, 1]) {
      await assert.rejects(buildSourceTrees(closedSource, { workers }), failure)
    }
    const refuse = (): void => {
      throw new Error('not this')
    }
    await assert.rejects(buildSourceTrees(source, { workers: 0 }, refuse), { message: 'not this' })
    assert.equal(source.log.at(-1), 'close snapshot')
  })

  it('keeps nothing between two subscriptions', async () => {
    const trees$ = treeSource(source, { workers: 0, collections: ['a'] })
    const [first, second] = [
      await lastValueFrom(trees$.pipe(toArray())),
      await lastValueFrom(trees$.pipe(toArray())),
    ]
    assert.deepEqual(first.length, second.length)
    const [one, other] = [first.at(-1), second.at(-1)]
    assert.ok(one?.kind === 'tree' && other?.kind === 'tree')
    assert.notEqual(one.tree, other.tree)
    assert.deepEqual(one.tree.summary, other.tree.summary)
  })
})
