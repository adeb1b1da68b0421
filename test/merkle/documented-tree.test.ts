import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createLeaves, DocumentedTree, minimumGrowthFactor } from '../../lib/merkle/index.js'
import { codeThrown, sortRevisions, sumByKey, sumOf, U64_MAX } from '../support/naive-tree.js'

const valuesArbitrary = fc.array(fc.bigInt({ min: 1000n, max: 40_000n }), { maxLength: 40 })

function treeOf(values: readonly bigint[]): DocumentedTree {
  const tree = new DocumentedTree({ depth: 2, rangeMin: 1000n, rangeMax: 1064n })
  tree.insertMany(values)
  return tree
}

/** Every level must be what the revisions sum up to in that many parts of the range. */
function assertLevels(tree: DocumentedTree, values: readonly bigint[]): void {
  for (let depth = 0; depth <= tree.depth; depth += 1) {
    const width = (tree.rangeMax - tree.rangeMin) / 8n ** BigInt(depth)
    const sums = sumByKey(values, (value) => Number((value - tree.rangeMin) / width))
    const words = new BigUint64Array(2 * 8 ** depth)
    for (const [node, { count, hash }] of sums) words.set([BigInt(count), hash], 2 * node)
    assert.deepEqual(new BigUint64Array(tree.level(depth).slice().buffer), words)
  }
}

describe('minimumGrowthFactor()', () => {
  it('is the least power of two that brings the width above the offset', () => {
    const rows: [bigint, bigint, bigint][] = [
      [64n, 0n, 1n],
      [64n, 63n, 1n],
      [64n, 64n, 2n],
      [64n, 127n, 2n],
      [64n, 128n, 4n],
      [1n, 12n, 16n],
      [8192n, 2147483600n, 262144n],
    ]
    for (const [width, offset, factor] of rows) {
      assert.equal(minimumGrowthFactor(width, offset), factor)
    }
  })

  it('is enough, and half of it is not', () => {
    const width = fc.integer({ min: 0, max: 62 }).map((shift) => 1n << BigInt(shift))
    fc.assert(
      fc.property(width, fc.bigInt({ min: 0n, max: U64_MAX }), (range, offset) => {
        const factor = minimumGrowthFactor(range, offset)
        assert.ok(factor * range > offset)
        assert.ok(factor === 1n || (factor / 2n) * range <= offset)
        assert.equal(factor & (factor - 1n), 0n)
      }),
    )
  })
})

describe('DocumentedTree', () => {
  it('has 64 revisions a leaf and the depth of servers by default', () => {
    const tree = new DocumentedTree({ rangeMin: 5n })
    assert.deepEqual(tree.shape, {
      depth: 6,
      rangeMin: 5n,
      rangeMax: 5n + 64n * 262_144n,
      initialRangeMin: 5n,
    })
    assert.deepEqual(tree.summary, { count: 0, hash: 0n })
  })

  it('refuses shapes that no tree has', () => {
    assert.equal(
      codeThrown(() => new DocumentedTree({ depth: 2, rangeMin: 0n, rangeMax: 65n })),
      'ERR_TREE_WIDTH',
    )
  })

  it('holds what was inserted on every level, in a range that begins where it began', () => {
    fc.assert(
      fc.property(valuesArbitrary, fc.boolean(), (values, isBulk) => {
        const tree = treeOf(isBulk ? values : [])
        if (!isBulk) for (const value of values) tree.insert(value)
        assert.deepEqual(tree.summary, sumOf(values))
        assertLevels(tree, values)
        const last = sortRevisions(values)[values.length - 1] ?? 1000n
        assert.equal(tree.rangeMin, 1000n)
        assert.equal(tree.rangeMax, 1000n + 64n * minimumGrowthFactor(64n, last - 1000n))
      }),
    )
  })

  it('takes out what was inserted', () => {
    fc.assert(
      fc.property(valuesArbitrary, fc.nat(40), (values, kept) => {
        const tree = treeOf(values)
        tree.removeMany(values.slice(kept))
        assertLevels(tree, values.slice(0, kept))
        for (const value of values.slice(0, kept)) tree.remove(value)
        assert.deepEqual(tree.summary, { count: 0, hash: 0n })
        assert.equal(tree.populatedCount, 0)
      }),
    )
  })

  it('refuses revisions below its range, and all that come with them', () => {
    const tree = treeOf([1001n])
    const insertions = [
      () => {
        tree.insert(999n)
      },
      () => {
        tree.insertMany([5000n, 0n])
      },
    ]
    for (const run of insertions) {
      assert.throws(run, {
        name: 'TreeError',
        code: 'ERR_TREE_BELOW_RANGE',
        message: 'Cannot insert a revision into a tree: it is below 1000, where its range begins',
      })
    }
    assert.deepEqual(tree.summary, sumOf([1001n]))
    assert.equal(tree.rangeMax, 1064n)
  })

  it('refuses to grow beyond 64 bits', () => {
    const tree = treeOf([1001n])
    assert.equal(
      codeThrown(() => {
        tree.insert(U64_MAX)
      }),
      'ERR_TREE_OVERFLOW',
    )
    assert.equal(tree.rangeMax, 1064n)
    tree.insert(2n ** 63n + 999n)
    assert.equal(tree.rangeMax, 2n ** 63n + 1000n)
    assertLevels(tree, [1001n, 2n ** 63n + 999n])
  })

  it('refuses to take out what is not there, as the other generation does', () => {
    const tree = treeOf([1001n])
    const codes = [999n, 1064n, 1002n].map((value) =>
      codeThrown(() => {
        tree.remove(value)
      }),
    )
    assert.deepEqual(codes, [
      'ERR_TREE_OUT_OF_RANGE',
      'ERR_TREE_OUT_OF_RANGE',
      'ERR_TREE_NOT_PRESENT',
    ])
  })

  it('adopts leaves that are there, and their sum', () => {
    const { shape, leaves, summary } = treeOf([1001n, 1002n, 3000n])
    assertLevels(new DocumentedTree(shape, leaves.slice()), [1001n, 1002n, 3000n])
    assert.deepEqual(new DocumentedTree(shape, leaves.slice()).summary, summary)
    const told = new DocumentedTree(shape, createLeaves(2), { count: 3, hash: 4n })
    assert.deepEqual(told.summary, { count: 3, hash: 4n })
  })
})

describe('DocumentedTree.clone()', () => {
  it('makes a tree that changes on its own', () => {
    const tree = treeOf([1001n])
    const clone = tree.clone()
    clone.insertMany([1002n, 9000n])
    tree.remove(1001n)
    assertLevels(tree, [])
    assertLevels(clone, [1001n, 1002n, 9000n])
    assert.equal(tree.rangeMax, 1064n)
  })
})
