import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { mergeRevisions, type MergedRevisions } from '../../lib/sync/merge-revisions.js'
import { asyncBlocks, collectAll } from '../support/streams.js'

/** Ascending revisions out of a few, so that lists meet, cut into blocks. */
const lists = fc
  .tuple(
    fc.uniqueArray(fc.bigInt({ min: 0n, max: 60n }), { maxLength: 50 }),
    fc.constantFrom(1n, 2n ** 31n, 2n ** 33n),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 }),
  )
  .map(([values, factor, lengths]) => {
    const all = values.map((value) => value * factor).toSorted((a, b) => (a < b ? -1 : 1))
    const blocks: BigUint64Array[] = []
    for (let start = 0, index = 0; start < all.length; index += 1) {
      const length = index < lengths.length ? (lengths[index] as number) : all.length
      blocks.push(BigUint64Array.from(all.slice(start, start + length)))
      start += length
    }
    return { all, blocks }
  })

async function merge(
  a: readonly BigUint64Array[],
  b: readonly BigUint64Array[],
): Promise<MergedRevisions[]> {
  return collectAll(mergeRevisions(asyncBlocks(a), asyncBlocks(b)))
}

function block(...values: bigint[]): BigUint64Array {
  return BigUint64Array.from(values)
}

/** An endless list that counts how often it is asked, and whether it was closed. */
function countingList(step: bigint): {
  readonly blocks: AsyncGenerator<BigUint64Array>
  readonly seen: { asked: number; isClosed: boolean }
} {
  const seen = { asked: 0, isClosed: false }
  async function* blocks(): AsyncGenerator<BigUint64Array> {
    try {
      for (let next = step; ; next += step) {
        seen.asked += 1
        yield await Promise.resolve(block(next))
      }
    } finally {
      seen.isClosed = true
    }
  }
  return { blocks: blocks(), seen }
}

describe('mergeRevisions()', () => {
  it('tells what only one side has, however the lists are cut', async () => {
    await fc.assert(
      fc.asyncProperty(lists, lists, async (a, b) => {
        const merged = await merge(a.blocks, b.blocks)
        const onlyA = merged.flatMap((part) => [...part.onlyA])
        const onlyB = merged.flatMap((part) => [...part.onlyB])
        assert.deepEqual(
          onlyA,
          a.all.filter((one) => !b.all.includes(one)),
        )
        assert.deepEqual(
          onlyB,
          b.all.filter((one) => !a.all.includes(one)),
        )
        const compared = merged.reduce((sum, part) => sum + part.compared, 0)
        assert.equal(compared, a.all.length + b.all.length)
      }),
    )
  })

  it('gives nothing for two empty lists, and for empty blocks', async () => {
    assert.deepEqual(await merge([], []), [])
    assert.deepEqual(await merge([block(), block()], [block()]), [])
  })

  it('tells apart revisions that differ in the high half alone', async () => {
    const [only] = await merge([block(2n ** 40n + 1n)], [block(1n, 2n ** 41n + 1n)])
    assert.deepEqual(only?.onlyB, block(1n))
    const all = await merge([block(2n ** 63n)], [block(2n ** 63n, 2n ** 63n + 1n)])
    assert.deepEqual(
      all.flatMap(({ onlyA }) => [...onlyA]),
      [],
    )
    assert.deepEqual(
      all.flatMap(({ onlyB }) => [...onlyB]),
      [2n ** 63n + 1n],
    )
  })

  it('gives no answer that is longer than a block', async () => {
    const long = BigUint64Array.from({ length: 1000 }, (_, index) => BigInt(2 * index))
    const blocks = Array.from({ length: 10 }, (_, index) =>
      long.subarray(100 * index, 100 * index + 100),
    )
    for (const { onlyA, onlyB } of await merge(blocks, [block(1n, 3n, 5n)])) {
      assert.ok(onlyA.length <= 100 && onlyB.length <= 3)
    }
  })

  it('gives answers that do not change when the blocks do', async () => {
    const shared = block(1n, 2n, 3n)
    const [merged] = await merge([shared], [])
    shared.fill(0n)
    assert.deepEqual(merged?.onlyA, block(1n, 2n, 3n))
  })

  it('asks for no more than it needs, and closes both lists when nobody wants more', async () => {
    const a = countingList(1n)
    const b = countingList(2n)
    for await (const { compared } of mergeRevisions(a.blocks, b.blocks)) {
      assert.equal(compared, 1)
      break
    }
    assert.deepEqual(
      [a.seen, b.seen],
      [
        { asked: 1, isClosed: true },
        { asked: 1, isClosed: true },
      ],
    )
  })

  it('fails with the error of a list, and closes the other one', async () => {
    const good = countingList(1n)
    async function* broken(): AsyncGenerator<BigUint64Array> {
      yield await Promise.resolve(block(1n))
      throw new Error('the wire broke')
    }
    await assert.rejects(collectAll(mergeRevisions(broken(), good.blocks)), {
      message: 'the wire broke',
    })
    assert.equal(good.seen.isClosed, true)
  })
})
