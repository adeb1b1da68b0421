import assert from 'node:assert/strict'
import type { BatchFinder } from '../../../lib/server/parallel-dump/batch-finder.js'
import type { DumpBatch } from '../../../lib/server/parallel-dump/dump-batch.js'
import { DumpContext, type KeptBatches } from '../../../lib/server/parallel-dump/dump-context.js'

type Finder = Pick<BatchFinder, 'next' | 'close' | 'wasReady'>

interface Parts {
  readonly context: DumpContext
  readonly kept: KeptBatches
  readonly batches: readonly DumpBatch[]
  readonly dropped: DumpBatch[]
  isClosed: boolean
  wasReady: boolean
  failure: Error | undefined
}

/** A context over so many batches. */
function contextOf(count: number, keptMax = 10): Parts {
  const dropped: DumpBatch[] = []
  const batches = Array.from({ length: count }, () => {
    const batch = { drop: () => dropped.push(batch) } as unknown as DumpBatch
    return batch
  })
  const kept = { count: 0, max: keptMax }
  const rest = [...batches]
  const finder: Finder = {
    get wasReady() {
      return parts.wasReady
    },
    next() {
      const { failure } = parts
      parts.failure = undefined
      return failure === undefined ? Promise.resolve(rest.shift()) : Promise.reject(failure)
    },
    close() {
      parts.isClosed = true
    },
  }
  const context = new DumpContext({ finder, kept })
  const state = { isClosed: false, wasReady: false, failure: undefined }
  const parts: Parts = { context, kept, batches, dropped, ...state }
  return parts
}

describe('DumpContext', () => {
  it('gives the same batch for the same number, until it is acknowledged', async () => {
    const { context, batches } = contextOf(3)
    for (let asked = 0; asked < 3; asked += 1) {
      assert.equal(await context.next(7n, undefined), batches[0])
    }
    assert.equal(await context.next(8n, undefined), batches[1])
    assert.equal(await context.next(7n, undefined), batches[0])
    assert.equal(await context.next(9n, 7n), batches[2])
  })

  it('refuses a number that was acknowledged, which takes no batch away', async () => {
    const { context, batches } = contextOf(3)
    assert.equal(await context.next(1n, undefined), batches[0])
    assert.equal(await context.next(2n, 1n), batches[1])
    await assert.rejects(context.next(1n, undefined), { status: 400, errorNum: 10 })
    await assert.rejects(context.next(2n, 2n), { status: 400, errorNum: 10 })
    assert.equal(await context.next(3n, 2n), batches[2])
  })

  it('gives one batch to those who ask for one number at a time', async () => {
    const { context, batches, kept } = contextOf(3)
    const asked = [1n, 1n, 2n, 1n].map((number) => context.next(number, undefined))
    const [first, second] = batches
    assert.deepEqual(await Promise.all(asked), [first, first, second, first])
    assert.equal(kept.count, 2)
  })

  it('keeps no batch that is acknowledged, and lets go of it', async () => {
    const { context, batches, kept, dropped } = contextOf(3)
    await context.next(0n, undefined)
    await context.next(1n, 0n)
    assert.deepEqual([kept.count, dropped], [1, [batches[0]]])
    await context.next(2n, 5n)
    assert.equal(kept.count, 2)
    await context.next(2n, 1n)
    assert.deepEqual([kept.count, dropped.length], [1, 2])
  })

  it('says the end as often as it is asked, and keeps nothing of it', async () => {
    const { context, kept } = contextOf(1)
    await context.next(0n, undefined)
    for (const number of [1n, 1n, 2n]) {
      assert.equal(await context.next(number, undefined), undefined)
    }
    assert.equal(kept.count, 1)
    await context.next(3n, 0n)
    assert.equal(kept.count, 0)
  })

  it('still has what is not acknowledged when the end was said', async () => {
    const { context, batches } = contextOf(1)
    await context.next(0n, undefined)
    assert.equal(await context.next(1n, undefined), undefined)
    assert.equal(await context.next(0n, undefined), batches[0])
  })

  it('tries anew what failed, with the same number', async () => {
    const parts = contextOf(1)
    parts.failure = new Error('once')
    await assert.rejects(parts.context.next(0n, undefined), /^Error: once$/)
    assert.equal(parts.kept.count, 0)
    assert.equal(await parts.context.next(0n, undefined), parts.batches[0])
  })

  it('refuses when as many batches are kept as may be, of all contexts', async () => {
    const { context, batches, kept } = contextOf(4, 3)
    kept.count = 1
    await context.next(0n, undefined)
    await context.next(1n, undefined)
    await assert.rejects(context.next(2n, undefined), { status: 503, errorNum: 32 })
    assert.equal(await context.next(0n, undefined), batches[0])
    assert.equal(await context.next(2n, 0n), batches[2])
    assert.equal(kept.count, 3)
  })

  it('counts who had to wait against what was there', async () => {
    const parts = contextOf(3)
    const counts: number[] = []
    for (const [number, wasReady] of [false, false, true].entries()) {
      parts.wasReady = wasReady
      await parts.context.next(BigInt(number), undefined)
      counts.push(parts.context.blockCount)
    }
    assert.deepEqual(counts, [1, 2, 1])
    await parts.context.next(0n, undefined)
    assert.equal(parts.context.blockCount, 1)
  })

  it('keeps nothing once it is closed', async () => {
    const parts = contextOf(3)
    await parts.context.next(0n, undefined)
    await parts.context.next(1n, undefined)
    parts.context.close()
    await Promise.resolve()
    assert.deepEqual([parts.kept.count, parts.dropped.length, parts.isClosed], [0, 2, true])
  })
})
