import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  bucketWidth,
  createLeaves,
  createTreeShape,
  diffTrees,
  growToHold,
  mergeTrees,
  MerkleTree,
  type TreeShape,
} from '../../lib/merkle/index.js'
import {
  codeThrown,
  NaiveTree,
  revisionArbitrary,
  shapeArbitrary,
  sortRevisions,
  sumOf,
  U64_MAX,
} from '../support/naive-tree.js'

/** So far from 0 that trees can grow to either side for long. */
const ORIGIN = 1_000_001n
const nearArbitrary = fc.bigInt({ min: ORIGIN - 4_000n, max: ORIGIN + 4_000n })

function shapeOf(rangeMin: bigint, width = 64n, initialRangeMin = rangeMin): TreeShape {
  return { depth: 2, rangeMin, rangeMax: rangeMin + width, initialRangeMin }
}

function treeOf(values: readonly bigint[], shape: TreeShape = shapeOf(ORIGIN)): MerkleTree {
  const tree = new MerkleTree(shape)
  tree.insertMany(values)
  return tree
}

/** The tree holds exactly these revisions, each in the leaf where its shape wants it. */
function assertHolds(tree: MerkleTree, values: readonly bigint[]): void {
  assert.deepEqual(tree.summary, sumOf(values))
  assert.deepEqual(createTreeShape(tree.shape), tree.shape)
  const naive = new NaiveTree(tree.shape)
  naive.values = [...values]
  const leaves = naive.leaves()
  for (const index of leaves.keys()) assert.ok(index >= 0 && index < 64)
  for (let index = 0; index < 64; index += 1) {
    assert.deepEqual(tree.leaf(index), leaves.get(index) ?? { count: 0, hash: 0n })
  }
}

function stateOf(tree: MerkleTree): unknown {
  const { shape, summary, leaves } = tree
  return { shape, summary, leaves: leaves.slice() }
}

describe('mergeTrees()', () => {
  it('adds up the leaves of trees of one shape', () => {
    const [a, b] = [treeOf([ORIGIN, ORIGIN + 1n]), treeOf([ORIGIN + 1n, ORIGIN + 63n])]
    const merged = mergeTrees(a, b)
    assertHolds(merged, [ORIGIN, ORIGIN + 1n, ORIGIN + 1n, ORIGIN + 63n])
    assert.deepEqual(merged.shape, a.shape)
    assert.deepEqual(merged.leaf(1), { count: 2, hash: 0n })
  })

  it('keeps the shape of shapes that are grown alike', () => {
    const shape = growToHold(shapeOf(ORIGIN), ORIGIN - 100n, ORIGIN + 900n)
    assert.deepEqual(mergeTrees(treeOf([], shape), treeOf([ORIGIN], shape)).shape, shape)
    assert.deepEqual(mergeTrees(treeOf([ORIGIN - 100n], shape), treeOf([], shape)).shape, shape)
  })

  it('takes the shape of the first where everything fits, else of the second', () => {
    const narrow = treeOf([ORIGIN + 5n])
    const wide = treeOf([ORIGIN + 500n])
    assert.deepEqual(mergeTrees(wide, narrow).shape, wide.shape)
    assert.deepEqual(mergeTrees(narrow, wide).shape, wide.shape)
    assertHolds(mergeTrees(narrow, wide), [ORIGIN + 5n, ORIGIN + 500n])
  })

  it('is a copy of the first tree when the second is empty, whatever its grid', () => {
    const tree = treeOf([ORIGIN + 5n])
    for (const empty of [treeOf([], shapeOf(3n, 1024n)), treeOf([], shapeOf(ORIGIN, 4096n))]) {
      const merged = mergeTrees(tree, empty)
      assert.deepEqual(stateOf(merged), stateOf(tree))
      assert.notEqual(merged.leaves, tree.leaves)
    }
  })

  it('holds what the second tree has when the first is empty', () => {
    const merged = mergeTrees(treeOf([]), treeOf([ORIGIN - 500n, ORIGIN + 500n]))
    assertHolds(merged, [ORIGIN - 500n, ORIGIN + 500n])
    assert.equal(merged.initialRangeMin, ORIGIN)
  })

  it('makes a tree that changes on its own, and leaves both as they are', () => {
    const [a, b] = [treeOf([ORIGIN]), treeOf([ORIGIN + 700n])]
    const before = [stateOf(a), stateOf(b)]
    const merged = mergeTrees(a, b)
    merged.insertMany([ORIGIN, ORIGIN - 9n])
    assert.deepEqual([stateOf(a), stateOf(b)], before)
    assertHolds(merged, [ORIGIN, ORIGIN, ORIGIN - 9n, ORIGIN + 700n])
  })

  it('adds up the sums that the trees have, not their leaves', () => {
    const told = MerkleTree.fromLeaves(shapeOf(ORIGIN), createLeaves(2), { count: 5, hash: 6n })
    const merged = mergeTrees(told, treeOf([ORIGIN]))
    assert.equal(merged.count, 6)
    assert.equal(merged.hash, 6n ^ sumOf([ORIGIN]).hash)
  })

  it('finds a range for trees that grew to different sides', () => {
    // What the first has is too wide to double to the left once more.
    const origin = 1687640290099200000n
    const [lowest, highest] = [600_000_000_000_000_000n, origin + 2n ** 61n]
    const right = treeOf([highest], shapeOf(origin))
    const left = treeOf([lowest], shapeOf(origin))
    assert.equal(
      codeThrown(() => growToHold(right.shape, lowest, highest)),
      'ERR_TREE_UNDERFLOW',
    )
    for (const merged of [mergeTrees(left, right), mergeTrees(right, left)]) {
      assertHolds(merged, [lowest, highest])
      assert.equal(merged.initialRangeMin, origin)
    }
  })

  it('gives one tree for the parts of a set, however it was cut', () => {
    const part = fc.array(nearArbitrary, { maxLength: 20 })
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const whole = treeOf(parts.flat())
        const trees = parts.map((values) => treeOf(values))
        const before = trees.map(stateOf)
        const forwards = trees.reduce(mergeTrees)
        const backwards = trees.reduceRight(mergeTrees)
        for (const merged of [forwards, backwards]) {
          assertHolds(merged, parts.flat())
          assert.deepEqual(merged.summary, whole.summary)
          assert.equal(merged.initialRangeMin, ORIGIN)
          assert.deepEqual(diffTrees(merged, whole), [])
        }
        assert.deepEqual(trees.map(stateOf), before)
      }),
      { numRuns: 200 },
    )
  })

  it('gives the tree of a bulk insert when the parts have its shape', () => {
    const values = fc.array(nearArbitrary, { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(values, fc.nat(40), (revisions, cut) => {
        const sorted = sortRevisions(revisions)
        const last = sorted[sorted.length - 1] as bigint
        const shape = growToHold(shapeOf(ORIGIN), sorted[0] as bigint, last)
        const parts = [revisions.slice(0, cut), revisions.slice(cut)]
        const [a, b] = parts.map((part) => treeOf(part, shape)) as [MerkleTree, MerkleTree]
        assert.deepEqual(stateOf(mergeTrees(a, b)), stateOf(treeOf(revisions)))
      }),
    )
  })

  it('holds both sets or says why not, for any two trees', () => {
    fc.assert(
      fc.property(
        fc.tuple(shapeArbitrary, shapeArbitrary),
        fc.array(revisionArbitrary, { maxLength: 12 }),
        fc.array(revisionArbitrary, { maxLength: 12 }),
        (shapes, one, other) => {
          const [a, b] = shapes.map((shape) => new MerkleTree(shape)) as [MerkleTree, MerkleTree]
          const grown = codeThrown(() => {
            a.insertMany(one)
            b.insertMany(other)
          })
          fc.pre(grown === undefined)
          let merged: MerkleTree | undefined
          const code = codeThrown(() => (merged = mergeTrees(a, b)))
          const offset = (b.rangeMin - a.initialRangeMin) % bucketWidth(b.shape)
          if (code === 'ERR_TREE_GRIDS') assert.notEqual(offset, 0n)
          else if (merged === undefined) assert.match(code ?? '', /^ERR_TREE_(UNDER|OVER)FLOW$/)
          else {
            assertHolds(merged, [...one, ...other])
            assert.equal(merged.initialRangeMin, a.initialRangeMin)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('merges trees of different origins when their leaves fit together', () => {
    const merged = mergeTrees(treeOf([9n], shapeOf(8n)), treeOf([200n], shapeOf(160n)))
    assertHolds(merged, [9n, 200n])
    assert.equal(merged.initialRangeMin, 8n)
  })

  it('keeps an origin of 0, although that also stands for where a range begins', () => {
    const merged = mergeTrees(treeOf([], shapeOf(0n)), treeOf([200n], shapeOf(160n)))
    assertHolds(merged, [200n])
    assert.equal(merged.initialRangeMin, 0n)
    assert.equal(merged.rangeMin, 0n)
  })

  it('refuses trees whose leaves lie across each other', () => {
    const wide = treeOf([ORIGIN + 1n], shapeOf(ORIGIN + 1n, 128n))
    assert.equal(
      codeThrown(() => mergeTrees(treeOf([ORIGIN]), wide)),
      'ERR_TREE_GRIDS',
    )
    assert.equal(
      codeThrown(() => mergeTrees(treeOf([], shapeOf(ORIGIN, 128n)), wide)),
      'ERR_TREE_GRIDS',
    )
  })

  it('refuses trees of different depths', () => {
    const deeper = new MerkleTree({ depth: 3, rangeMin: ORIGIN })
    const run = (): unknown => mergeTrees(treeOf([ORIGIN]), deeper)
    assert.throws(run, {
      name: 'TreeError',
      code: 'ERR_TREE_DEPTHS',
      message: 'Cannot merge revision trees: their depths are 2 and 3',
    })
  })

  it('fails when a range for both would begin below 0', () => {
    const low = treeOf([0n], shapeOf(0n, 64n, 1n))
    const high = treeOf([2n ** 40n], shapeOf(1n))
    assert.equal(
      codeThrown(() => mergeTrees(high, low)),
      'ERR_TREE_UNDERFLOW',
    )
  })

  it('fails when a range for both would end above 64 bits', () => {
    const high = treeOf([U64_MAX - 64n], shapeOf(U64_MAX - 127n, 64n))
    assert.equal(
      codeThrown(() => mergeTrees(treeOf([0n], shapeOf(0n)), high)),
      'ERR_TREE_OVERFLOW',
    )
  })

  it('moves a range down that would end above 64 bits', () => {
    const origin = U64_MAX - 255n
    const high = treeOf([U64_MAX - 4n], shapeOf(U64_MAX - 67n, 64n, origin))
    const merged = mergeTrees(treeOf([origin], shapeOf(origin)), high)
    assertHolds(merged, [origin, U64_MAX - 4n])
    assert.deepEqual(merged.shape, shapeOf(origin - 4n, 256n, origin))
  })
})
