import assert from 'node:assert/strict'
import fc from 'fast-check'
import { diffTrees, MerkleTree } from '../../../lib/merkle/index.js'
import { countInRanges } from '../../../lib/sync/diff/count-in-ranges.js'
import { range } from '../../support/seek-contract.js'

function treeOf(revisions: readonly bigint[], rangeMin = 1000n): MerkleTree {
  const tree = new MerkleTree({ depth: 2, rangeMin })
  tree.insertMany(revisions)
  return tree
}

describe('countInRanges()', () => {
  it('counts whole leaves, and what lies outside of the tree as nothing', () => {
    const tree = treeOf([1000n, 1001n, 1064n, 1500n])
    assert.equal(countInRanges(tree, [range(1000n, 1063n)]), 2)
    assert.equal(countInRanges(tree, [range(0n, 2n ** 64n - 1n)]), 4)
    assert.equal(countInRanges(tree, [range(1064n, 1127n), range(1448n, 1511n)]), 2)
    assert.equal(countInRanges(tree, [range(0n, 999n), range(2n ** 40n, 2n ** 41n)]), 0)
    assert.equal(countInRanges(tree, []), 0)
  })

  it('cannot tell of a part of a leaf', () => {
    const tree = treeOf([1000n, 1001n])
    assert.equal(countInRanges(tree, [range(1000n, 1000n)]), undefined)
    assert.equal(countInRanges(tree, [range(1001n, 1063n)]), undefined)
  })

  it('counts what a list of the revisions would have where trees differ', () => {
    const revisions = fc.uniqueArray(fc.bigInt(1000n, 60_000n), { maxLength: 60 })
    fc.assert(
      fc.property(revisions, revisions, (ofA, ofB) => {
        const [a, b] = [treeOf(ofA), treeOf(ofB)]
        const ranges = diffTrees(a, b)
        for (const [tree, all] of [
          [a, ofA],
          [b, ofB],
        ] as const) {
          const inside = all.filter((one) =>
            ranges.some(({ from, through }) => one >= from && one <= through),
          )
          const counted = countInRanges(tree, ranges)
          if (counted !== undefined) assert.equal(counted, inside.length)
        }
        // A tree as wide as the ranges' leaves can always tell.
        if (a.rangeMax - a.rangeMin === b.rangeMax - b.rangeMin) {
          assert.notEqual(countInRanges(a, ranges), undefined)
        }
      }),
    )
  })
})
