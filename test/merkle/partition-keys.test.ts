import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MerkleTree } from '../../lib/merkle/index.js'
import { sortRevisions } from '../support/naive-tree.js'

function treeOf(values: readonly bigint[], width = 64n): MerkleTree {
  const tree = new MerkleTree({ depth: 2, rangeMin: 1000n, rangeMax: 1000n + width })
  tree.insertMany(values)
  return tree
}

/** Every revision of the range. */
const FULL = Array.from({ length: 64 }, (_, at) => 1000n + BigInt(at))

describe('MerkleTree.partitionKeys()', () => {
  it('gives one part with an exclusive end for an empty tree', () => {
    for (const count of [0, 1, 5]) {
      assert.deepEqual(treeOf([]).partitionKeys(count), [[1000n, 1064n]])
    }
  })

  it('gives one part with an exclusive end for a count of 1 or less', () => {
    for (const count of [-3, 0, 1]) {
      assert.deepEqual(treeOf(FULL).partitionKeys(count), [[1000n, 1064n]])
    }
  })

  it('gives equal parts of a full tree', () => {
    assert.deepEqual(treeOf(FULL).partitionKeys(4), [
      [1000n, 1015n],
      [1016n, 1031n],
      [1032n, 1047n],
      [1048n, 1063n],
    ])
  })

  it('lets the last part have what does not divide', () => {
    assert.deepEqual(treeOf(FULL).partitionKeys(3), [
      [1000n, 1020n],
      [1021n, 1041n],
      [1042n, 1063n],
    ])
  })

  it('shares anew what is left after each part', () => {
    const values = [...Array.from({ length: 6 }, () => 1000n), 1010n, 1020n, 1030n]
    assert.deepEqual(treeOf(values).partitionKeys(3), [
      [1000n, 1000n],
      [1001n, 1010n],
      [1011n, 1063n],
    ])
  })

  it('stops where nothing is left', () => {
    const tree = treeOf([1003n, 1003n, 1005n])
    assert.deepEqual(tree.partitionKeys(2), [
      [1000n, 1003n],
      [1004n, 1063n],
    ])
    assert.deepEqual(tree.partitionKeys(3), [
      [1000n, 1003n],
      [1004n, 1005n],
    ])
  })

  it('never gives more parts than populated leaves', () => {
    assert.equal(treeOf(FULL).partitionKeys(1000).length, 64)
    assert.deepEqual(treeOf([1010n]).partitionKeys(1000), [[1000n, 1010n]])
  })

  it('cuts between leaves', () => {
    assert.deepEqual(treeOf([1001n, 1005n, 1250n], 256n).partitionKeys(2), [
      [1000n, 1003n],
      [1004n, 1255n],
    ])
  })

  it('goes through the range without gaps and holds every revision', () => {
    const values = fc.array(fc.bigInt({ min: 1000n, max: 5000n }), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 70 }), (revisions, count) => {
        const tree = treeOf(revisions)
        const parts = tree.partitionKeys(count)
        assert.ok(parts.length >= 1 && parts.length <= count)
        let next = tree.rangeMin
        for (const [from, through] of parts) {
          assert.equal(from, next)
          assert.ok(through >= from && through < tree.rangeMax)
          next = through + 1n
        }
        const sorted = sortRevisions(revisions)
        assert.ok((sorted[sorted.length - 1] as bigint) < next)
      }),
    )
  })

  it('gives no part but the last less than its share of what was left', () => {
    const values = fc.array(fc.bigInt({ min: 1000n, max: 5000n }), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 20 }), (revisions, count) => {
        const parts = treeOf(revisions).partitionKeys(count)
        let left = revisions.length
        parts.forEach(([from, through], at) => {
          const held = revisions.filter((value) => value >= from && value <= through).length
          const share = Math.max(1, Math.floor(left / (count - at)))
          assert.ok(at === parts.length - 1 || held >= share)
          left -= held
        })
        assert.equal(left, 0)
      }),
    )
  })

  it('refuses a count that is no whole number', () => {
    for (const count of [2.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => treeOf(FULL).partitionKeys(count), RangeError)
    }
  })
})
