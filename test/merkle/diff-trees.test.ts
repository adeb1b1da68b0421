import assert from 'node:assert/strict'
import fc from 'fast-check'
import { bucketWidth, createLeaves, diffTrees, MerkleTree } from '../../lib/merkle/index.js'
import type { RevisionRange } from '../../lib/values/index.js'
import {
  codeThrown,
  naiveDiff,
  NaiveTree,
  originArbitrary,
  pairsOf,
  shapeArbitrary,
  U64_MAX,
  type NaiveShape,
} from '../support/naive-tree.js'

/** So far from 0 that trees can grow to either side for long. */
const ORIGIN = 1_000_001n
const nearArbitrary = fc.bigInt({ min: ORIGIN - 4_000n, max: ORIGIN + 4_000n })
const setArbitrary = fc.uniqueArray(nearArbitrary, { maxLength: 25 })

interface TreeOptions {
  readonly rangeMin?: bigint
  readonly width?: bigint
  readonly origin?: bigint
  readonly depth?: number
}

function treeOf(values: readonly bigint[], options: TreeOptions = {}): MerkleTree {
  const { rangeMin = 0n, width = 64n, origin = rangeMin, depth = 2 } = options
  const shape = { depth, rangeMin, rangeMax: rangeMin + width, initialRangeMin: origin }
  const tree = new MerkleTree(shape)
  tree.insertMany(values)
  return tree
}

/** The differences, after a look whether the other way round gives the same. */
function diffBoth(a: MerkleTree, b: MerkleTree): [bigint, bigint][] {
  const ranges = pairsOf(diffTrees(a, b))
  assert.deepEqual(pairsOf(diffTrees(b, a)), ranges)
  return ranges
}

const smallArbitrary = fc.uniqueArray(fc.bigInt({ min: 0n, max: 9_000n }), { maxLength: 25 })

/** Revisions above every small origin, so that most trees can hold them. */
const farArbitrary = fc.bigInt({ min: 5_000n, max: 20_000n })

/** Everything that a comparison must not change. */
function stateOf(tree: MerkleTree): unknown {
  const { shape, summary, leaves } = tree
  return { shape, summary, leaves: leaves.slice() }
}

function widerBucket(a: MerkleTree, b: MerkleTree): bigint {
  const [one, other] = [bucketWidth(a.shape), bucketWidth(b.shape)]
  return one > other ? one : other
}

function covers(ranges: readonly RevisionRange[], value: bigint): boolean {
  return ranges.some(({ from, through }) => from <= value && value <= through)
}

describe('diffTrees()', () => {
  it('finds nothing between trees of the same revisions', () => {
    assert.deepEqual(diffBoth(treeOf([]), treeOf([])), [])
    assert.deepEqual(diffBoth(treeOf([3n, 60n]), treeOf([60n, 3n])), [])
    const tree = treeOf([3n])
    assert.deepEqual(diffTrees(tree, tree), [])
  })

  it('gives the leaves that one tree has alone, neighbours joined', () => {
    const ranges = diffBoth(treeOf([0n, 1n, 2n, 10n, 63n]), treeOf([2n]))
    assert.deepEqual(ranges, [
      [0n, 1n],
      [10n, 10n],
      [63n, 63n],
    ])
  })

  it('sees a hash that differs and a count that differs', () => {
    const wide = { width: 128n }
    assert.deepEqual(diffBoth(treeOf([4n], wide), treeOf([5n], wide)), [[4n, 5n]])
    // Twice the same revision has the hash of none.
    assert.deepEqual(diffBoth(treeOf([4n, 4n], wide), treeOf([], wide)), [[4n, 5n]])
  })

  it('compares a narrower tree as if it had grown', () => {
    const ranges = diffBoth(treeOf([1n, 2n, 3n]), treeOf([1n, 2n, 255n], { width: 256n }))
    assert.deepEqual(ranges, [
      [0n, 3n],
      [252n, 255n],
    ])
  })

  it('finds nothing between equal revisions that came in different order', () => {
    const forwards = treeOf([], { rangeMin: ORIGIN })
    const backwards = treeOf([], { rangeMin: ORIGIN })
    const values = [3n, 200n, -100n, 900n, -300n].map((offset) => ORIGIN + offset)
    for (const value of values) forwards.insert(value)
    for (const value of values.toReversed()) backwards.insert(value)
    assert.notDeepEqual(forwards.shape, backwards.shape)
    assert.deepEqual(diffBoth(forwards, backwards), [])
  })

  it('gives what lies before and behind the range of the other tree', () => {
    const low = treeOf([1000n, 1063n], { rangeMin: 1000n })
    const high = treeOf([1010n, 1073n], { rangeMin: 1010n, origin: 1000n + 64n })
    assert.deepEqual(diffBoth(low, high), [
      [1000n, 1000n],
      [1010n, 1010n],
      [1063n, 1063n],
      [1073n, 1073n],
    ])
  })

  it('gives everything of ranges that do not overlap', () => {
    const low = treeOf([1n, 200n], { width: 256n })
    const high = treeOf([1001n, 1100n], { rangeMin: 1001n, width: 256n })
    assert.deepEqual(diffBoth(low, high), [
      [0n, 3n],
      [200n, 203n],
      [1001n, 1004n],
      [1097n, 1100n],
    ])
  })

  it('joins leaves of ranges that touch', () => {
    const ranges = diffBoth(treeOf([63n]), treeOf([64n], { rangeMin: 64n, origin: 128n }))
    assert.deepEqual(ranges, [[63n, 64n]])
  })

  it('looks only at counts where the other tree has no leaf', () => {
    const leaves = createLeaves(2)
    leaves[2] = 77
    const shape = { depth: 2, rangeMin: 0n, rangeMax: 64n, initialRangeMin: 0n }
    const spoiled = MerkleTree.fromLeaves(shape, leaves)
    assert.deepEqual(diffBoth(spoiled, treeOf([], { rangeMin: 64n })), [])
    assert.deepEqual(diffBoth(spoiled, treeOf([])), [[0n, 0n]])
  })

  it('reaches both ends of 64 bits', () => {
    const top = { rangeMin: U64_MAX - 64n }
    assert.deepEqual(diffBoth(treeOf([U64_MAX - 1n], top), treeOf([], top)), [
      [U64_MAX - 1n, U64_MAX - 1n],
    ])
    const half = 2n ** 63n
    const ranges = diffBoth(treeOf([0n, half - 1n], { width: half }), treeOf([], { width: half }))
    assert.deepEqual(ranges, [
      [0n, half / 64n - 1n],
      [(half / 64n) * 63n, half - 1n],
    ])
  })

  it('finds changes between trees as large as those of servers', () => {
    const rangeMin = 1687640290099200000n
    const values = Array.from({ length: 3000 }, (_, at) => rangeMin + BigInt(at) * 2n ** 40n)
    const options = { rangeMin, depth: 6, width: 2n ** 58n }
    const changed = [rangeMin + 5n, ...values.filter((_, at) => at !== 1234)]
    const ranges = diffBoth(treeOf(values, options), treeOf(changed, options))
    assert.deepEqual(ranges, naiveDiff(values, changed, 2n ** 40n, rangeMin))
    assert.equal(ranges.length, 2)
  })

  it('refuses trees of different depths', () => {
    const run = (): unknown => diffTrees(treeOf([]), treeOf([], { depth: 3, width: 512n }))
    assert.throws(run, {
      name: 'TreeError',
      code: 'ERR_TREE_DEPTHS',
      message: 'Cannot compare revision trees: their depths are 2 and 3',
    })
  })

  it('fails when the narrower tree cannot grow', () => {
    const top = treeOf([], { rangeMin: U64_MAX - 127n })
    const wide = treeOf([], { width: 2n ** 62n })
    assert.equal(
      codeThrown(() => diffTrees(top, wide)),
      'ERR_TREE_OVERFLOW',
    )
    assert.equal(top.rangeMax, U64_MAX - 63n)
  })

  it('covers exactly the leaves that differ, however both trees grew', () => {
    const widths = fc.constantFrom(64n, 128n, 1024n)
    fc.assert(
      fc.property(setArbitrary, setArbitrary, setArbitrary, widths, (both, one, other, width) => {
        const a = treeOf([], { rangeMin: ORIGIN })
        const b = treeOf([], { rangeMin: ORIGIN, width })
        for (const value of [...both, ...one]) a.insert(value)
        b.insertMany([...other, ...both])
        const before = [stateOf(a), stateOf(b)]
        const ranges = diffBoth(a, b)
        const bucket = widerBucket(a, b)
        const expected = naiveDiff([...both, ...one], [...both, ...other], bucket, ORIGIN)
        assert.deepEqual(ranges, expected)
        assert.deepEqual([stateOf(a), stateOf(b)], before)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves out no revision of trees that are not on one grid', () => {
    fc.assert(
      fc.property(
        fc.tuple(shapeArbitrary, shapeArbitrary),
        fc.uniqueArray(farArbitrary, { maxLength: 15 }),
        fc.uniqueArray(farArbitrary, { maxLength: 15 }),
        (shapes, one, other) => {
          const [a, b] = shapes.map((shape) => new MerkleTree(shape)) as [MerkleTree, MerkleTree]
          let ranges: RevisionRange[] = []
          const code = codeThrown(() => {
            a.insertMany(one)
            b.insertMany(other)
            ranges = diffTrees(a, b)
          })
          fc.pre(code === undefined)
          for (const value of one) assert.ok(other.includes(value) || covers(ranges, value))
          for (const value of other) assert.ok(one.includes(value) || covers(ranges, value))
          assert.deepEqual(diffTrees(b, a), ranges)
          ranges.forEach(({ from, through }, at) => {
            assert.ok(from <= through)
            assert.ok(at === 0 || (ranges[at - 1] as RevisionRange).through < from - 1n)
          })
        },
      ),
      { numRuns: 200 },
    )
  })

  it('gives the leaves of both where they begin at different places', () => {
    // Leaves of 4: those of the first at 0, 4, …, those of the second at 2, 6, …
    const low = treeOf([7n], { width: 256n })
    const high = treeOf([], { rangeMin: 2n, width: 256n })
    assert.deepEqual(diffBoth(low, high), [[2n, 7n]])
    assert.deepEqual(diffBoth(treeOf([3n], { width: 256n }), high), [[0n, 3n]])
    const last = treeOf([257n], { rangeMin: 2n, width: 256n })
    assert.deepEqual(diffBoth(treeOf([], { width: 256n }), last), [[254n, 257n]])
  })

  it('grows as the trees themselves do', () => {
    fc.assert(
      fc.property(originArbitrary, smallArbitrary, smallArbitrary, (rangeMin, one, other) => {
        const shape: NaiveShape = {
          depth: 2,
          rangeMin,
          rangeMax: rangeMin + 64n,
          initialRangeMin: rangeMin,
        }
        const trees = [new NaiveTree(shape), new NaiveTree(shape)] as const
        let ranges: [bigint, bigint][] = []
        const code = codeThrown(() => {
          trees[0].insertMany(one)
          trees[1].insertMany(other)
          ranges = diffBoth(treeOf(one, { rangeMin }), treeOf(other, { rangeMin }))
        })
        fc.pre(code === undefined)
        const bucket = trees[0].width > trees[1].width ? trees[0].width : trees[1].width
        assert.deepEqual(ranges, naiveDiff(one, other, bucket, rangeMin))
      }),
    )
  })
})
