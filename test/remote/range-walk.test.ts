import assert from 'node:assert/strict'
import fc from 'fast-check'
import { RangeWalk, toAskedRanges } from '../../lib/remote/range-walk.js'
import { revision, type RevisionRange } from '../../lib/values/index.js'
import { WireFormatError } from '../../lib/wire/index.js'

function rangesOf(...ends: readonly (readonly [number, number])[]): RevisionRange[] {
  return ends.map(([from, through]) => ({
    from: revision(BigInt(from)),
    through: revision(BigInt(through)),
  }))
}

function walkOver(...ends: readonly (readonly [number, number])[]): RangeWalk {
  const [first, ...others] = toAskedRanges(rangesOf(...ends))
  assert.ok(first !== undefined)
  return new RangeWalk([first, ...others])
}

/** Gives an answer to a walk; the revisions that it took, as numbers. */
function take(walk: RangeWalk, lists: readonly (readonly number[])[], resume?: number): number[] {
  const ranges = lists.map((list) => BigUint64Array.from(list.map(BigInt)))
  const next = resume === undefined ? undefined : revision(BigInt(resume))
  return [...walk.take({ ranges, resume: next })].map(Number)
}

describe('toAskedRanges()', () => {
  const rows: readonly (readonly [string, [number, number][], [number, number][]])[] = [
    ['nothing of nothing', [], []],
    [
      'ranges that stand apart',
      [
        [1, 5],
        [7, 9],
      ],
      [
        [1, 5],
        [7, 9],
      ],
    ],
    [
      'two for one revision',
      [
        [5, 5],
        [8, 9],
      ],
      [
        [5, 6],
        [8, 9],
      ],
    ],
    [
      'one of two that touch',
      [
        [1, 5],
        [6, 6],
        [7, 9],
        [11, 11],
      ],
      [
        [1, 9],
        [11, 12],
      ],
    ],
    ['two for the revision 0', [[0, 0]], [[0, 1]]],
  ]
  for (const [title, ranges, expected] of rows) {
    it(`makes ${title}`, () => {
      const asked = toAskedRanges(rangesOf(...ranges))
      const ends = asked.map(({ from, through }) => [Number(from), Number(through)])
      assert.deepEqual(ends, expected)
    })
  }

  it('stays below the value that is no revision', () => {
    const last = 2n ** 64n - 1n
    for (const from of [last - 5n, last - 1n, last]) {
      const [asked, more] = toAskedRanges([{ from: revision(from), through: revision(last) }])
      assert.ok(asked !== undefined && more === undefined)
      assert.ok(asked.from < asked.through && asked.through === last - 1n)
    }
  })

  it('makes ranges that ascend without touching, and hold all that is wanted', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(cuts, (all) => {
        const sorted = all.toSorted((a, b) => a - b)
        const ends: [number, number][] = []
        for (let index = 0; index + 1 < sorted.length; index += 2) {
          ends.push([sorted[index] ?? 0, (sorted[index + 1] ?? 0) - (index % 4 === 0 ? 1 : 0)])
        }
        const asked = toAskedRanges(rangesOf(...ends))
        let before = -1n
        const wanted: number[] = []
        for (const { from, through, wantedThrough } of asked) {
          assert.ok(from > before && through > from)
          before = through
          for (let one: bigint = from; one <= wantedThrough; one += 1n) wanted.push(Number(one))
        }
        const expected = ends.flatMap(([from, through]) =>
          Array.from({ length: through - from + 1 }, (_, index) => from + index),
        )
        assert.deepEqual(wanted, expected)
      }),
    )
  })
})

describe('RangeWalk', () => {
  it('takes one answer for all ranges, and leaves out what was not wanted', () => {
    const walk = walkOver([10, 20], [30, 30], [40, 50])
    assert.deepEqual(take(walk, [[10, 12, 20], [30, 31], []]), [10, 12, 20, 30])
    assert.ok(walk.isDone)
  })

  it('goes on inside a range, and at the beginning of the next', () => {
    const walk = walkOver([10, 20], [30, 40])
    assert.equal(walk.resume, 10n)
    assert.deepEqual(take(walk, [[11, 12]], 15), [11, 12])
    assert.equal(walk.resume, 15n)
    assert.deepEqual(take(walk, [[16]], 30), [16])
    assert.deepEqual(take(walk, [[31]], 35), [31])
    assert.ok(!walk.isDone)
    assert.deepEqual(take(walk, [[]]), [])
    assert.ok(walk.isDone)
  })

  it('takes a position between two ranges for the beginning of the second', () => {
    const walk = walkOver([10, 20], [30, 40])
    take(walk, [[11]], 21)
    assert.deepEqual(take(walk, [[30]]), [30])
  })

  const refusals: readonly (readonly [string, number[][], number | undefined, RegExp])[] = [
    ['a list too many', [[], [], [], []], undefined, /"ranges" is not at most 3 lists/],
    ['a range without a list at the end', [[11], []], undefined, /"ranges" is not 3 lists/],
    ['a revision below its range', [[9], [], []], undefined, /"ranges\[0\]\[0\]"/],
    ['a revision above its range', [[11, 21], [], []], undefined, /"ranges\[0\]\[1\]"/],
    ['a revision of another range', [[11], [41], []], undefined, /"ranges\[1\]\[0\]"/],
    ['revisions that go back', [[12, 11], [], []], undefined, /"ranges\[0\]\[1\]"/],
    ['a revision twice', [[12, 12], [], []], undefined, /"ranges\[0\]\[1\]"/],
    ['a position that stays', [[]], 10, /"resume" is not behind .* ----------I$/],
    ['a position before the ranges', [[]], 5, /"resume" is not behind/],
    ['a position that goes back', [[11, 15]], 14, /"resume" is not behind/],
    ['a position at the last revision', [[11, 15]], 15, /"resume" is not behind/],
    ['a position in a range that was answered', [[11], []], 15, /"resume" is not behind/],
    ['a position that leaves out a range', [[11]], 55, /"resume" is not in the ranges/],
    ['a position beyond all ranges', [[11], [], []], 61, /"resume" is not in the ranges/],
    ['a position without any list', [], 31, /"ranges" is not any progress|"resume" is not/],
    ['a position without any progress', [[]], 15, /"ranges" is not any progress/],
  ]
  for (const [title, lists, resume, message] of refusals) {
    it(`refuses ${title}`, () => {
      const walk = walkOver([10, 20], [30, 40], [50, 60])
      assert.throws(
        () => take(walk, lists, resume),
        (error) => {
          assert.ok(error instanceof WireFormatError)
          assert.match(error.message.replaceAll('\n', ' '), message)
          return true
        },
      )
    })
  }

  it('refuses revisions below the position that was asked for', () => {
    const walk = walkOver([10, 20])
    take(walk, [[11]], 15)
    assert.throws(() => take(walk, [[14]]), WireFormatError)
  })
})
