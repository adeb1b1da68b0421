import assert from 'node:assert/strict'
import { AnswerMemory } from '../../../lib/server/answer-memory.js'
import { BatchFinder } from '../../../lib/server/parallel-dump/batch-finder.js'
import type { DumpBatch, FindBatch } from '../../../lib/server/parallel-dump/dump-batch.js'
import type { StoreCollection } from '../../../lib/store/index.js'
import { revision } from '../../../lib/values/index.js'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'

/** A batch that is only a name, and remembers whether it was dropped. */
interface NamedBatch extends DumpBatch {
  readonly name: string
}

/** Batches of collections, each a name and how many batches it has. */
type Counts = readonly (readonly [string, number])[]

interface Parts {
  readonly finder: BatchFinder
  readonly clock: FakeClock
  readonly ahead: AnswerMemory
  /** Names of the batches that were found so far, and of those that were dropped. */
  readonly found: string[]
  readonly dropped: string[]
  /** Fails the next search. */
  readonly fail: (error: Error) => void
}

function finderOf(
  counts: Counts,
  { prefetchCount = 2, aheadBytes = 100 }: { prefetchCount?: number; aheadBytes?: number } = {},
): Parts {
  const found: string[] = []
  const dropped: string[] = []
  let failure: Error | undefined
  const batchOf = (collection: StoreCollection, name: string): NamedBatch => ({
    name,
    collection,
    open: () => assert.fail('nobody opens it'),
    drop: () => dropped.push(name),
  })
  const find: FindBatch = async ({ collection, after }, signal) => {
    await Promise.resolve()
    signal.throwIfAborted()
    if (failure !== undefined) {
      const error = failure
      failure = undefined
      throw error
    }
    const [label = '', count = 0] = counts[collection.id] ?? []
    const index = Number(after ?? 0n)
    if (index >= count) return { batch: undefined, next: undefined }
    const name = `${label}${index}`
    found.push(name)
    const next = index + 1 < count ? revision(BigInt(index + 1)) : undefined
    return { batch: batchOf(collection, name), next }
  }
  const collections = counts.map((_, id) => ({ id }) as StoreCollection)
  const clock = createFakeClock()
  const ahead = new AnswerMemory(aheadBytes)
  const limits = { batchBytes: 10, docsPerBatch: 10, prefetchCount }
  const finder = new BatchFinder({ collections, find, ...limits, ahead, clock })
  return { finder, clock, ahead, found, dropped, fail: (error) => (failure = error) }
}

function nameOf(batch: DumpBatch | undefined): string | undefined {
  return (batch as NamedBatch | undefined)?.name
}

/** Takes batches until there are none. */
async function takeAll(finder: BatchFinder): Promise<string[]> {
  const names: string[] = []
  for (;;) {
    const name = nameOf(await finder.next())
    if (name === undefined) return names
    names.push(name)
  }
}

/** Lets searches end that are under way. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

describe('BatchFinder', () => {
  const counts: Counts = [
    ['a', 3],
    ['b', 0],
    ['c', 1],
    ['d', 2],
  ]
  const all = ['a0', 'a1', 'a2', 'c0', 'd0', 'd1']

  for (const prefetchCount of [0, 1, 2, 8]) {
    it(`gives all batches in order with ${prefetchCount} ahead, and the end again and again`, async () => {
      const { finder, ahead } = finderOf(counts, { prefetchCount })
      assert.deepEqual(await takeAll(finder), all)
      assert.equal(await finder.next(), undefined)
      finder.close()
      assert.equal(ahead.freeBytes, 100)
    })
  }

  it('gives nothing where there is nothing', async () => {
    const { finder, found } = finderOf([])
    assert.deepEqual([await finder.next(), found], [undefined, []])
  })

  it('finds each batch once for several who ask at a time', async () => {
    const { finder, found } = finderOf(counts)
    const batches = await Promise.all(all.map(() => finder.next()))
    assert.deepEqual(batches.map(nameOf), all)
    assert.deepEqual(found, all)
  })

  it('finds as many ahead as are wanted, once somebody has asked', async () => {
    const { finder, found } = finderOf(counts, { prefetchCount: 2 })
    await settle()
    assert.deepEqual(found, [])
    await finder.next()
    await settle()
    assert.deepEqual(found, ['a0', 'a1', 'a2'])
    assert.equal(finder.wasReady, false)
    await finder.next()
    assert.equal(finder.wasReady, true)
  })

  it('finds no more ahead than there is room for', async () => {
    const { finder, found, ahead } = finderOf(counts, { prefetchCount: 8, aheadBytes: 25 })
    await finder.next()
    await settle()
    assert.deepEqual(found, ['a0', 'a1', 'a2'])
    assert.equal(ahead.freeBytes, 5)
  })

  it('holds nothing after a second, and gives the same batches all the same', async () => {
    const { finder, clock, ahead, dropped } = finderOf(counts)
    await finder.next()
    await settle()
    clock.move(1000)
    await settle()
    assert.deepEqual(dropped, ['a1', 'a2'])
    assert.equal(ahead.freeBytes, 100)
    assert.deepEqual(await takeAll(finder), all.slice(1))
  })

  it('finds a batch again after an error', async () => {
    const { finder, fail } = finderOf(counts, { prefetchCount: 0 })
    await finder.next()
    fail(new Error('once'))
    await assert.rejects(finder.next(), /^Error: once$/)
    assert.deepEqual(await takeAll(finder), all.slice(1))
  })

  it('loses no batch to an error ahead', async () => {
    const { finder, fail } = finderOf(counts, { prefetchCount: 2 })
    fail(new Error('at first'))
    await assert.rejects(finder.next(), /^Error: at first$/)
    const first = finder.next()
    assert.equal(nameOf(await first), 'a0')
    fail(new Error('ahead'))
    await settle()
    const names: string[] = []
    for (let asked = 0; asked < 10; asked += 1) {
      const batch = await finder.next().catch(() => undefined)
      names.push(...[nameOf(batch)].filter((name) => name !== undefined))
    }
    assert.deepEqual(names, all.slice(1))
  })

  it('lets go of everything when it is closed, and finds no more', async () => {
    const { finder, clock, ahead, dropped, found } = finderOf(counts)
    await finder.next()
    await settle()
    finder.close()
    await settle()
    assert.deepEqual(dropped, ['a1', 'a2'])
    assert.deepEqual([ahead.freeBytes, clock.plannedCount], [100, 0])
    await assert.rejects(finder.next(), { status: 404, errorNum: 1600 })
    assert.deepEqual(found, ['a0', 'a1', 'a2'])
  })

  it('drops a batch that is found after it was closed', async () => {
    const { finder, ahead } = finderOf(counts)
    const batch = finder.next()
    finder.close()
    await assert.rejects(batch, { status: 404, errorNum: 1600 })
    assert.equal(ahead.freeBytes, 100)
  })
})
