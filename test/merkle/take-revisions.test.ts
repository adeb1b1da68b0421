import assert from 'node:assert/strict'
import { createLeaves, MerkleTree } from '../../lib/merkle/index.js'
import { codeThrown, hashOf, sumOf } from '../support/naive-tree.js'
import { populatedLeaves, SHAPE } from '../support/tree-changes.js'

describe('RevisionTree.remove()', () => {
  it('takes out what was inserted', () => {
    const tree = new MerkleTree(SHAPE)
    tree.insertMany([101n, 102n])
    tree.remove(101n)
    assert.deepEqual(populatedLeaves(tree), new Map([[2, sumOf([102n])]]))
    assert.deepEqual(tree.summary, sumOf([102n]))
  })

  it('refuses what is outside the range', () => {
    const tree = new MerkleTree(SHAPE)
    for (const value of [99n, 164n]) {
      const run = (): void => {
        tree.remove(value)
      }
      assert.throws(run, { name: 'TreeError', code: 'ERR_TREE_OUT_OF_RANGE' })
    }
  })

  it('refuses what is in an empty leaf', () => {
    const tree = new MerkleTree(SHAPE)
    tree.insert(101n)
    const run = (): void => {
      tree.remove(102n)
    }
    assert.throws(run, { name: 'TreeError', code: 'ERR_TREE_NOT_PRESENT' })
    assert.deepEqual(tree.summary, sumOf([101n]))
    assert.deepEqual(populatedLeaves(tree), new Map([[1, sumOf([101n])]]))
  })

  it('spoils the hash of a leaf that has others, as servers do', () => {
    const tree = new MerkleTree({ ...SHAPE, rangeMax: 228n })
    tree.insert(100n)
    tree.remove(101n)
    assert.deepEqual(tree.leaf(0), { count: 0, hash: hashOf(100n) ^ hashOf(101n) })
    assert.equal(tree.populatedCount, 1)
  })

  it('borrows from the high half of a count', () => {
    const leaves = createLeaves(2)
    new BigUint64Array(leaves.buffer)[0] = 2n ** 32n
    const tree = MerkleTree.fromLeaves(SHAPE, leaves)
    tree.remove(100n)
    assert.equal(tree.leaf(0).count, 2 ** 32 - 1)
    tree.insert(100n)
    assert.equal(tree.leaf(0).count, 2 ** 32)
    assert.equal(tree.count, 2 ** 32)
  })
})

describe('RevisionTree.removeMany()', () => {
  const treeOf = (...values: bigint[]): MerkleTree => {
    const tree = new MerkleTree(SHAPE)
    tree.insertMany(values)
    return tree
  }

  it('does nothing with nothing', () => {
    const tree = treeOf(101n)
    tree.removeMany([])
    assert.deepEqual(tree.summary, sumOf([101n]))
  })

  it('puts back what it took when one is not there', () => {
    const tree = treeOf(101n, 102n, 103n)
    assert.equal(
      codeThrown(() => {
        tree.removeMany([101n, 110n, 103n, 102n])
      }),
      'ERR_TREE_NOT_PRESENT',
    )
    assert.deepEqual(populatedLeaves(tree), populatedLeaves(treeOf(101n, 102n, 103n)))
    assert.deepEqual(tree.summary, sumOf([101n, 102n, 103n]))
  })

  it('does not put back a duplicate that it took, as servers do not', () => {
    const tree = treeOf(101n, 102n, 103n)
    assert.equal(
      codeThrown(() => {
        tree.removeMany([102n, 101n, 102n])
      }),
      'ERR_TREE_NOT_PRESENT',
    )
    assert.deepEqual(populatedLeaves(tree), populatedLeaves(treeOf(101n, 103n)))
    assert.deepEqual(tree.summary, sumOf([101n, 102n, 103n]))
  })

  it('looks at the whole range before it takes anything', () => {
    for (const outside of [99n, 164n]) {
      const tree = treeOf(101n, 102n)
      assert.equal(
        codeThrown(() => {
          tree.removeMany([101n, outside])
        }),
        'ERR_TREE_OUT_OF_RANGE',
      )
      assert.deepEqual(populatedLeaves(tree), populatedLeaves(treeOf(101n, 102n)))
    }
  })
})
