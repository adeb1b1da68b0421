import assert from 'node:assert/strict'
import fc from 'fast-check'
import { diffDocumentedTrees, DocumentedTree } from '../../lib/merkle/index.js'
import { naiveDiff, pairsOf, U64_MAX } from '../support/naive-tree.js'

const setArbitrary = fc.uniqueArray(fc.bigInt({ min: 1000n, max: 40_000n }), { maxLength: 40 })

function treeOf(values: readonly bigint[], depth = 2, rangeMin = 1000n): DocumentedTree {
  const rangeMax = rangeMin + 8n ** BigInt(depth)
  const tree = new DocumentedTree({ depth, rangeMin, rangeMax })
  tree.insertMany(values)
  return tree
}

/** The differences, after a look whether the other way round gives the same. */
function diffBoth(a: DocumentedTree, b: DocumentedTree): [bigint, bigint][] {
  const ranges = pairsOf(diffDocumentedTrees(a, b))
  assert.deepEqual(pairsOf(diffDocumentedTrees(b, a)), ranges)
  return ranges
}

function stateOf(tree: DocumentedTree): unknown {
  const { shape, summary, leaves } = tree
  return { shape, summary, leaves: leaves.slice() }
}

function widestRange(a: DocumentedTree, b: DocumentedTree): bigint {
  const rangeMax = a.rangeMax > b.rangeMax ? a.rangeMax : b.rangeMax
  return rangeMax - a.rangeMin
}

describe('diffDocumentedTrees()', () => {
  it('finds nothing between trees of the same revisions', () => {
    assert.deepEqual(diffBoth(treeOf([]), treeOf([])), [])
    assert.deepEqual(diffBoth(treeOf([1003n, 9000n]), treeOf([9000n, 1003n])), [])
  })

  it('joins leaves that touch, across nodes too', () => {
    const ranges = diffBoth(treeOf([1006n, 1007n, 1008n, 1009n, 1050n]), treeOf([]))
    assert.deepEqual(ranges, [
      [1006n, 1009n],
      [1050n, 1050n],
    ])
  })

  it('begins at 0 without a fault', () => {
    assert.deepEqual(diffBoth(treeOf([0n, 63n], 2, 0n), treeOf([], 2, 0n)), [
      [0n, 0n],
      [63n, 63n],
    ])
  })

  it('gives exactly the leaves that differ, as wide as those of the wider tree', () => {
    fc.assert(
      fc.property(setArbitrary, setArbitrary, setArbitrary, (both, one, other) => {
        const inA = [...new Set([...both, ...one])]
        const inB = [...new Set([...both, ...other])]
        const [a, b] = [treeOf(inA), treeOf(inB)]
        const before = [stateOf(a), stateOf(b)]
        const expected = naiveDiff(inA, inB, widestRange(a, b) / 64n, 1000n)
        assert.deepEqual(diffBoth(a, b), expected)
        assert.deepEqual([stateOf(a), stateOf(b)], before)
      }),
      { numRuns: 200 },
    )
  })

  it('compares down to the lowest level that both trees have', () => {
    fc.assert(
      fc.property(setArbitrary, setArbitrary, (one, other) => {
        const [a, b] = [treeOf(one, 2), treeOf(other, 3)]
        const expected = naiveDiff(one, other, widestRange(a, b) / 64n, 1000n)
        assert.deepEqual(diffBoth(a, b), expected)
      }),
    )
  })

  it('does not look below nodes that are equal', () => {
    // A revision twice has the hash of none: count and hash of the parent are the same.
    assert.deepEqual(diffBoth(treeOf([1000n, 1000n]), treeOf([1001n, 1001n])), [])
    assert.deepEqual(diffBoth(treeOf([1000n, 1000n]), treeOf([1008n, 1008n])), [])
    const [one, other] = [treeOf([1000n, 1000n, 1002n]), treeOf([1001n, 1001n])]
    assert.deepEqual(diffBoth(one, other), [[1000n, 1002n]])
  })

  it('refuses ranges that begin at different revisions', () => {
    const run = (): unknown => diffDocumentedTrees(treeOf([]), treeOf([], 2, 1064n))
    assert.throws(run, {
      name: 'TreeError',
      code: 'ERR_TREE_ORIGINS',
      message: 'Cannot compare revision trees: their ranges begin at 1000 and 1064',
    })
  })

  it('reaches the last number of 64 bits', () => {
    const rangeMin = U64_MAX - 64n
    const ranges = diffBoth(treeOf([U64_MAX - 1n], 2, rangeMin), treeOf([], 2, rangeMin))
    assert.deepEqual(ranges, [[U64_MAX - 1n, U64_MAX - 1n]])
  })
})
