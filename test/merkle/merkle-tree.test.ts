import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createLeaves, MerkleTree, TreeError, type TreeShape } from '../../lib/merkle/index.js'
import { hashOf, NaiveTree, shapeArbitrary } from '../support/naive-tree.js'
import { assertEqualTrees, change, changeArbitrary, SHAPE } from '../support/tree-changes.js'

describe('MerkleTree', () => {
  it('is what a naive tree is, after any changes', () => {
    fc.assert(
      fc.property(shapeArbitrary, fc.array(changeArbitrary, { maxLength: 30 }), (shape, steps) => {
        const tree = new MerkleTree(shape)
        const naive = new NaiveTree(shape)
        for (const step of steps) change(tree, naive, step)
        assertEqualTrees(tree, naive)
        assert.equal(tree.populatedCount, naive.leaves().size)
      }),
      { numRuns: 300 },
    )
  })

  it('tells its shape, its sum and its leaves', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 128n, rangeMax: 256n, initialRangeMin: 130n })
    tree.insertMany([128n, 129n, 255n])
    assert.equal(tree.depth, 2)
    assert.equal(tree.rangeMin, 128n)
    assert.equal(tree.rangeMax, 256n)
    assert.equal(tree.initialRangeMin, 130n)
    assert.equal(tree.count, 3)
    assert.equal(tree.hash, hashOf(128n) ^ hashOf(129n) ^ hashOf(255n))
    assert.deepEqual(tree.summary, { count: 3, hash: tree.hash })
    assert.deepEqual(tree.leaf(0), { count: 2, hash: hashOf(128n) ^ hashOf(129n) })
    assert.deepEqual(tree.leaf(63), { count: 1, hash: hashOf(255n) })
    assert.equal(tree.populatedCount, 2)
  })

  it('refuses a shape that no tree has', () => {
    assert.throws(() => new MerkleTree({ depth: 1, rangeMin: 0n }), TreeError)
  })

  it('counts a leaf as populated when it has a count alone', () => {
    const tree = new MerkleTree(SHAPE)
    tree.insertMany([101n, 101n])
    assert.deepEqual(tree.leaf(1), { count: 2, hash: 0n })
    assert.equal(tree.populatedCount, 1)
  })

  it('has no other leaves than those of its depth', () => {
    const tree = new MerkleTree(SHAPE)
    for (const index of [-1, 64, 0.5, Number.NaN]) {
      assert.throws(() => tree.leaf(index), RangeError)
    }
  })
})

describe('MerkleTree.clone()', () => {
  it('makes a tree that changes on its own', () => {
    fc.assert(
      fc.property(
        shapeArbitrary,
        fc.array(changeArbitrary, { maxLength: 10 }),
        fc.array(changeArbitrary, { minLength: 1, maxLength: 10 }),
        (shape, before, after) => {
          const tree = new MerkleTree(shape)
          const naive = new NaiveTree(shape)
          for (const step of before) change(tree, naive, step)
          const clone = tree.clone()
          const changed = new NaiveTree(shape)
          Object.assign(changed, naive, { values: [...naive.values] })
          for (const step of after) change(clone, changed, step)
          assertEqualTrees(tree, naive)
          assertEqualTrees(clone, changed)
        },
      ),
    )
  })
})

describe('MerkleTree.fromLeaves()', () => {
  const shape: TreeShape = SHAPE

  it('adopts the leaves and sums them up', () => {
    const source = new MerkleTree(SHAPE)
    source.insertMany([101n, 120n, 120n])
    const leaves = source.leaves.slice()
    const tree = MerkleTree.fromLeaves(shape, leaves)
    assert.equal(tree.leaves, leaves)
    assert.deepEqual(tree.summary, source.summary)
    assert.deepEqual(tree.shape, shape)
    tree.insert(300n)
    assert.equal(tree.count, 4)
  })

  it('believes a sum that is given', () => {
    const tree = MerkleTree.fromLeaves(shape, createLeaves(2), { count: 7, hash: 9n })
    assert.deepEqual(tree.summary, { count: 7, hash: 9n })
    tree.insert(101n)
    assert.deepEqual(tree.summary, { count: 8, hash: 9n ^ hashOf(101n) })
    assert.deepEqual(tree.clone().summary, tree.summary)
  })

  it('refuses leaves of another depth', () => {
    assert.throws(() => MerkleTree.fromLeaves(shape, createLeaves(3)), {
      name: 'RangeError',
      message: 'Cannot make a revision tree: 2048 lanes are not the leaves of a tree of depth 2',
    })
  })

  it('refuses counts that numbers cannot hold exactly', () => {
    const leaves = createLeaves(2)
    new BigUint64Array(leaves.buffer)[0] = 2n ** 53n
    assert.throws(() => MerkleTree.fromLeaves(shape, leaves), RangeError)
    const sum = { count: 2 ** 53, hash: 0n }
    assert.throws(() => MerkleTree.fromLeaves(shape, createLeaves(2), sum), RangeError)
  })
})
