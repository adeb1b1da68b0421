import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MerkleTree } from '../../lib/merkle/index.js'
import { RevisionError } from '../../lib/values/index.js'
import { codeThrown, NaiveTree, shapeArbitrary, sumOf, U64_MAX } from '../support/naive-tree.js'
import {
  assertEqualTrees,
  change,
  changeArbitrary,
  populatedLeaves,
  SHAPE,
} from '../support/tree-changes.js'

describe('RevisionTree.insert()', () => {
  it('gives what servers give for one revision', () => {
    const tree = new MerkleTree(SHAPE)
    tree.insert(101n)
    assert.deepEqual(tree.leaf(1), { count: 1, hash: 17094245980038433600n })
    assert.equal(tree.hash, 17094245980038433600n)
  })

  it('keeps the growth that an overflow interrupts', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 0n, rangeMax: 64n })
    tree.insert(5n)
    const run = (): void => {
      tree.insert(2n ** 63n + 5n)
    }
    assert.throws(run, { name: 'TreeError', code: 'ERR_TREE_OVERFLOW' })
    assert.equal(tree.rangeMax, 2n ** 63n)
    assert.deepEqual(populatedLeaves(tree), new Map([[0, sumOf([5n])]]))
    assert.deepEqual(tree.summary, sumOf([5n]))
  })

  it('keeps the growth that an underflow interrupts', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 1000n, rangeMax: 1064n })
    tree.insert(1001n)
    const run = (): void => {
      tree.insert(0n)
    }
    assert.throws(run, { name: 'TreeError', code: 'ERR_TREE_UNDERFLOW' })
    assert.deepEqual([tree.rangeMin, tree.rangeMax], [40n, 1064n])
    assert.deepEqual(populatedLeaves(tree), new Map([[60, sumOf([1001n])]]))
  })

  it('works on after growth that failed', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 1000n, rangeMax: 1064n })
    assert.equal(
      codeThrown(() => {
        tree.insert(0n)
      }),
      'ERR_TREE_UNDERFLOW',
    )
    tree.insert(40n)
    assert.deepEqual(tree.leaf(0), sumOf([40n]))
  })

  it('refuses what is no revision, and stays as it is', () => {
    const tree = new MerkleTree(SHAPE)
    for (const value of [-1n, U64_MAX + 1n]) {
      assert.throws(() => {
        tree.insert(value)
      }, RevisionError)
      assert.throws(() => {
        tree.insertMany([101n, value])
      }, RevisionError)
    }
    assertEqualTrees(tree, new NaiveTree(SHAPE))
  })
})

describe('RevisionTree.insertMany()', () => {
  it('does nothing with nothing', () => {
    const tree = new MerkleTree(SHAPE)
    tree.insertMany([])
    tree.insertMany(new BigUint64Array())
    assertEqualTrees(tree, new NaiveTree(SHAPE))
  })

  it('grows to the left before it grows to the right, unlike one after the other', () => {
    const single = new MerkleTree({ depth: 2, rangeMin: 1000n, rangeMax: 1064n })
    for (const value of [1100n, 900n]) single.insert(value)
    const bulk = new MerkleTree({ depth: 2, rangeMin: 1000n, rangeMax: 1064n })
    bulk.insertMany([1100n, 900n])
    assert.deepEqual([single.rangeMin, single.rangeMax], [872n, 1128n])
    assert.deepEqual([bulk.rangeMin, bulk.rangeMax], [808n, 1320n])
    assert.deepEqual(single.summary, bulk.summary)
  })

  it('leaves the revisions that it was given as they are', () => {
    const values = BigUint64Array.from([150n, 101n, 120n])
    const tree = new MerkleTree(SHAPE)
    tree.insertMany(values)
    tree.removeMany(values)
    assert.deepEqual(values, BigUint64Array.from([150n, 101n, 120n]))
    assert.equal(tree.count, 0)
  })

  it('takes part of a larger array', () => {
    const values = BigUint64Array.from([1n, 101n, 120n, U64_MAX])
    const tree = new MerkleTree(SHAPE)
    tree.insertMany(values.subarray(1, 3))
    assert.deepEqual(tree.summary, sumOf([101n, 120n]))
  })

  it('counts hundred thousands of revisions as one after the other would', () => {
    const values = BigUint64Array.from({ length: 100_000 }, (_, at) => 2n ** 60n + BigInt(at * at))
    const bulk = new MerkleTree({ depth: 3, rangeMin: 2n ** 60n })
    bulk.insertMany(values)
    const single = new MerkleTree({ depth: 3, rangeMin: 2n ** 60n })
    for (const value of values) single.insert(value)
    assert.equal(bulk.count, 100_000)
    assert.deepEqual(bulk.leaves, single.leaves)
    assert.deepEqual(bulk.shape, single.shape)
  })
})

describe('RevisionTree.clear()', () => {
  it('empties the tree and keeps its range', () => {
    const tree = new MerkleTree(SHAPE)
    tree.insertMany([100n, 1000n])
    const { shape } = tree
    tree.clear()
    assert.deepEqual(tree.shape, shape)
    assert.deepEqual(tree.summary, { count: 0, hash: 0n })
    assert.equal(tree.populatedCount, 0)
  })
})

describe('RevisionTree.level()', () => {
  /** The nodes of a level by what their revisions have in common. */
  const expectedLevel = (naive: NaiveTree, depth: number): BigUint64Array => {
    const words = new BigUint64Array(2 * 8 ** depth)
    for (const [leaf, { count, hash }] of naive.leaves()) {
      const node = Math.floor(leaf / 8 ** (naive.depth - depth))
      words[2 * node] = (words[2 * node] as bigint) + BigInt(count)
      words[2 * node + 1] = (words[2 * node + 1] as bigint) ^ hash
    }
    return words
  }
  const assertLevels = (tree: MerkleTree, naive: NaiveTree): void => {
    for (let depth = 0; depth <= tree.depth; depth += 1) {
      const { buffer } = tree.level(depth)
      assert.deepEqual(new BigUint64Array(buffer), expectedLevel(naive, depth))
    }
  }

  it('sums the leaves up, after every change', () => {
    const steps = fc.array(changeArbitrary, { maxLength: 6 })
    fc.assert(
      fc.property(shapeArbitrary, steps, (shape, changes) => {
        const tree = new MerkleTree({ ...shape, depth: 2 })
        const naive = new NaiveTree(shape)
        for (const step of changes) {
          change(tree, naive, step)
          assertLevels(tree, naive)
        }
      }),
    )
  })

  it('has the levels of deeper trees', () => {
    const shape = { depth: 4, rangeMin: 0n, rangeMax: 4096n, initialRangeMin: 0n }
    const tree = new MerkleTree(shape)
    const naive = new NaiveTree(shape)
    const values = Array.from({ length: 200 }, (_, at) => BigInt((at * at) % 4096))
    tree.insertMany(values)
    naive.insertMany(values)
    assertLevels(tree, naive)
  })

  it('computes a level once until the tree changes', () => {
    const tree = new MerkleTree(SHAPE)
    assert.equal(tree.level(2), tree.leaves)
    const level = tree.level(1)
    assert.equal(tree.level(1), level)
    tree.insert(101n)
    assert.notEqual(tree.level(1), level)
    assert.equal(tree.level(0)[0], 1)
  })

  it('forgets its levels when removals are undone', () => {
    const tree = new MerkleTree(SHAPE)
    tree.insert(101n)
    const root = tree.level(0)
    assert.equal(root[0], 1)
    assert.equal(
      codeThrown(() => {
        tree.removeMany([101n, 101n])
      }),
      'ERR_TREE_NOT_PRESENT',
    )
    assert.equal(tree.level(0)[0], 0)
  })

  it('refuses levels that the tree does not have', () => {
    const tree = new MerkleTree(SHAPE)
    for (const depth of [-1, 3, 1.5]) assert.throws(() => tree.level(depth), RangeError)
  })
})
