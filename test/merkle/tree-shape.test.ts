import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  bucketShift,
  bucketWidth,
  createTreeShape,
  growLeftStep,
  growRightStep,
  growToHold,
  leafCount,
  leafIndex,
  type TreeErrorCode,
  type TreeShape,
  type TreeShapeOptions,
} from '../../lib/merkle/index.js'
import { RevisionError } from '../../lib/values/index.js'
import { codeThrown, revisionArbitrary, shapeArbitrary, U64_MAX } from '../support/naive-tree.js'

const LOWER_BOUND = 1687640290099200000n

function shapeOf(
  rangeMin: bigint,
  rangeMax: bigint,
  initialRangeMin = rangeMin,
  depth = 2,
): TreeShape {
  return { depth, rangeMin, rangeMax, initialRangeMin }
}

describe('createTreeShape()', () => {
  it('takes the depth of servers, 64 revisions a leaf and the start as origin by default', () => {
    assert.deepEqual(createTreeShape({ rangeMin: LOWER_BOUND }), {
      depth: 6,
      rangeMin: LOWER_BOUND,
      rangeMax: LOWER_BOUND + 64n * 262_144n,
      initialRangeMin: LOWER_BOUND,
    })
  })

  it('takes 0 as "not given" for the end and the origin', () => {
    const given = { depth: 2, rangeMin: 100n, rangeMax: 0n, initialRangeMin: 0n }
    assert.deepEqual(createTreeShape(given), shapeOf(100n, 100n + 4096n))
  })

  it('keeps what is given', () => {
    const shape = shapeOf(128n, 256n, 130n)
    assert.deepEqual(createTreeShape(shape), shape)
    const beyond = shapeOf(128n, 256n, 512n)
    assert.deepEqual(createTreeShape(beyond), beyond)
    const widest = shapeOf(1n, 1n + 2n ** 63n)
    assert.deepEqual(createTreeShape(widest), widest)
  })

  const refusals: [string, TreeShapeOptions, TreeErrorCode][] = [
    ['a depth below 2', { depth: 1, rangeMin: 0n, rangeMax: 64n }, 'ERR_TREE_DEPTH'],
    ['a depth above 8', { depth: 9, rangeMin: 0n }, 'ERR_TREE_DEPTH'],
    ['a depth between two', { depth: 2.5, rangeMin: 0n }, 'ERR_TREE_DEPTH'],
    ['a depth that is none', { depth: Number.NaN, rangeMin: 0n }, 'ERR_TREE_DEPTH'],
    ['an end before the start', { depth: 2, rangeMin: 100n, rangeMax: 64n }, 'ERR_TREE_RANGE'],
    ['an empty range', { depth: 2, rangeMin: 64n, rangeMax: 64n }, 'ERR_TREE_RANGE'],
    ['a default range beyond 64 bits', { depth: 2, rangeMin: U64_MAX - 4095n }, 'ERR_TREE_RANGE'],
    ['a width of no power of two', { depth: 2, rangeMin: 0n, rangeMax: 65n }, 'ERR_TREE_WIDTH'],
    ['fewer revisions than leaves', { depth: 2, rangeMin: 0n, rangeMax: 32n }, 'ERR_TREE_NARROW'],
    ['the same of depth 3', { depth: 3, rangeMin: 0n, rangeMax: 256n }, 'ERR_TREE_NARROW'],
    ['an origin inside a leaf', shapeOf(128n, 256n, 129n), 'ERR_TREE_GRID'],
    ['one before the range', shapeOf(128n, 256n, 127n), 'ERR_TREE_GRID'],
  ]
  for (const [what, options, code] of refusals) {
    it(`refuses ${what}`, () => {
      assert.equal(
        codeThrown(() => createTreeShape(options)),
        code,
      )
    })
  }

  it('checks the depth first, the origin last', () => {
    const codeOf = (options: TreeShapeOptions): string | undefined =>
      codeThrown(() => createTreeShape(options))
    const wrong = { depth: 1, rangeMin: 100n, rangeMax: 65n, initialRangeMin: 101n }
    assert.equal(codeOf(wrong), 'ERR_TREE_DEPTH')
    assert.equal(codeOf({ ...wrong, depth: 2 }), 'ERR_TREE_RANGE')
    assert.equal(codeOf({ ...wrong, depth: 2, rangeMax: 103n }), 'ERR_TREE_WIDTH')
    assert.equal(codeOf({ ...wrong, depth: 2, rangeMax: 104n }), 'ERR_TREE_NARROW')
    assert.equal(codeOf({ ...wrong, depth: 2, rangeMax: 228n }), 'ERR_TREE_GRID')
  })

  it('refuses ends that do not fit in 64 bits', () => {
    assert.throws(() => createTreeShape({ rangeMin: -1n }), RevisionError)
    assert.throws(() => createTreeShape({ rangeMin: 0n, rangeMax: U64_MAX + 1n }), RevisionError)
  })

  it('says in its message what is wrong', () => {
    assert.throws(() => createTreeShape({ depth: 2, rangeMin: 0n, rangeMax: 65n }), {
      name: 'TreeError',
      message: 'Cannot make a revision tree: the width of its range, 65, is no power of two',
    })
  })
})

describe('leafCount()', () => {
  it('is a power of eight', () => {
    assert.deepEqual([2, 3, 6, 8].map(leafCount), [64, 512, 262_144, 16_777_216])
  })
})

describe('bucketWidth() and bucketShift()', () => {
  it('give the revisions of a leaf and their power of two', () => {
    const widths: [TreeShape, bigint, number][] = [
      [shapeOf(0n, 64n), 1n, 0],
      [shapeOf(100n, 228n), 2n, 1],
      [shapeOf(LOWER_BOUND, LOWER_BOUND + 2n ** 58n, LOWER_BOUND, 6), 2n ** 40n, 40],
      [shapeOf(0n, 2n ** 63n), 2n ** 57n, 57],
    ]
    for (const [shape, width, shift] of widths) {
      assert.equal(bucketWidth(shape), width)
      assert.equal(bucketShift(shape), shift)
    }
  })
})

describe('leafIndex()', () => {
  it('counts leaves from where the range begins', () => {
    const shape = shapeOf(100n, 228n)
    const values = [100n, 101n, 102n, 227n]
    assert.deepEqual(
      values.map((value) => leafIndex(shape, value)),
      [0, 0, 1, 63],
    )
    assert.equal(leafIndex(shapeOf(1n, 1n + 2n ** 63n), 2n ** 63n), 63)
  })
})

describe('growRightStep()', () => {
  it('doubles the range to the right', () => {
    assert.deepEqual(growRightStep(shapeOf(100n, 164n)), shapeOf(100n, 228n, 100n))
  })

  it('keeps wider leaves on the grid by moving down one old leaf', () => {
    // The origin is one leaf of 2 above the start, so leaves of 4 begin one leaf earlier.
    assert.deepEqual(growRightStep(shapeOf(98n, 226n, 100n)), shapeOf(96n, 352n, 100n))
  })

  it('grows up to the last number of 64 bits', () => {
    const shape = shapeOf(U64_MAX - 128n, U64_MAX - 64n)
    assert.equal(growRightStep(shape).rangeMax, U64_MAX)
    assert.equal(
      codeThrown(() => growRightStep(shapeOf(U64_MAX - 127n, U64_MAX - 63n))),
      'ERR_TREE_OVERFLOW',
    )
    assert.equal(
      codeThrown(() => growRightStep(shapeOf(0n, 2n ** 63n))),
      'ERR_TREE_OVERFLOW',
    )
  })

  it('refuses to move below 0', () => {
    assert.equal(
      codeThrown(() => growRightStep(shapeOf(0n, 64n, 1n))),
      'ERR_TREE_UNDERFLOW',
    )
  })
})

describe('growLeftStep()', () => {
  it('doubles the range to the left', () => {
    assert.deepEqual(growLeftStep(shapeOf(100n, 164n)), shapeOf(36n, 164n, 100n))
  })

  it('keeps wider leaves on the grid by moving up one old leaf', () => {
    assert.deepEqual(growLeftStep(shapeOf(298n, 426n, 300n)), shapeOf(172n, 428n, 300n))
  })

  it('grows down to 0', () => {
    assert.equal(growLeftStep(shapeOf(64n, 128n)).rangeMin, 0n)
    assert.equal(
      codeThrown(() => growLeftStep(shapeOf(63n, 127n))),
      'ERR_TREE_UNDERFLOW',
    )
  })

  it('refuses to move beyond 64 bits', () => {
    const last = U64_MAX - 64n
    assert.equal(
      codeThrown(() => growLeftStep(shapeOf(last, U64_MAX, last - 1n))),
      'ERR_TREE_OVERFLOW',
    )
  })
})

describe('growToHold()', () => {
  it('gives the shape itself when it holds both', () => {
    const shape = shapeOf(100n, 164n)
    assert.equal(growToHold(shape, 100n, 163n), shape)
  })

  it('grows to the lowest first, then to the highest', () => {
    const shape = shapeOf(1000n, 1064n)
    const left = growLeftStep(growLeftStep(shape))
    assert.deepEqual(growToHold(shape, 850n, 1000n), left)
    assert.deepEqual(growToHold(shape, 850n, 1200n), growRightStep(left))
  })

  it('holds what it grew for, on its grid, and never less than before', () => {
    fc.assert(
      fc.property(shapeArbitrary, revisionArbitrary, revisionArbitrary, (shape, one, other) => {
        const [lowest, highest] = one < other ? [one, other] : [other, one]
        let grown: TreeShape = shape
        const code = codeThrown(() => (grown = growToHold(shape, lowest, highest)))
        fc.pre(code === undefined)
        assert.ok(grown.rangeMin <= lowest && highest < grown.rangeMax)
        assert.ok(grown.rangeMin <= shape.rangeMin && shape.rangeMax <= grown.rangeMax)
        assert.deepEqual(createTreeShape(grown), grown)
      }),
    )
  })

  it('fails when a range would leave 64 bits', () => {
    assert.equal(
      codeThrown(() => growToHold(shapeOf(1000n, 1064n), 0n, 1000n)),
      'ERR_TREE_UNDERFLOW',
    )
    assert.equal(
      codeThrown(() => growToHold(shapeOf(0n, 64n), 0n, 2n ** 63n)),
      'ERR_TREE_OVERFLOW',
    )
    assert.equal(growToHold(shapeOf(0n, 64n), 0n, 2n ** 63n - 1n).rangeMax, 2n ** 63n)
  })
})
