import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createLeaves, LANES_PER_LEAF, LEAF_BYTES } from '../../lib/merkle/index.js'
import {
  addNode,
  isPopulated,
  nodeCount,
  nodeHash,
  populatedSpan,
  sumLeaves,
  sumLevel,
} from '../../lib/merkle/tree-leaves.js'
import { leavesOf, nodeArbitrary } from '../support/leaf-nodes.js'

describe('createLeaves()', () => {
  it('gives four lanes a leaf, all zero', () => {
    const leaves = createLeaves(3)
    assert.equal(leaves.length, 512 * LANES_PER_LEAF)
    assert.equal(leaves.byteLength, 512 * LEAF_BYTES)
    assert.ok(leaves.every((lane) => lane === 0))
  })
})

describe('nodeCount() and nodeHash()', () => {
  it('read the little-endian words of a leaf', () => {
    const leaves = leavesOf([{ index: 5, count: 2n ** 33n + 7n, hash: 0xfedcba9876543210n }])
    assert.equal(nodeCount(leaves, 5), 2 ** 33 + 7)
    assert.equal(nodeHash(leaves, 5), 0xfedcba9876543210n)
    assert.equal(nodeCount(leaves, 4), 0)
    assert.equal(nodeHash(leaves, 6), 0n)
  })
})

describe('isPopulated()', () => {
  it('sees every bit of a count and of a hash', () => {
    for (let bit = 0n; bit < 64n; bit += 1n) {
      const leaves = leavesOf([
        { index: 1, count: 1n << bit, hash: 0n },
        { index: 3, count: 0n, hash: 1n << bit },
      ])
      const populated = [0, 1, 2, 3].map((index) => isPopulated(leaves, index))
      assert.deepEqual(populated, [false, true, false, true])
    }
  })
})

describe('addNode()', () => {
  it('adds counts modulo 2^64 and XORs hashes', () => {
    fc.assert(
      fc.property(nodeArbitrary, nodeArbitrary, (one, other) => {
        const target = leavesOf([{ ...one, index: 3 }])
        const source = leavesOf([{ ...other, index: 60 }])
        addNode(target, 3, source, 60)
        const count = BigInt.asUintN(64, one.count + other.count)
        const expected = leavesOf([{ index: 3, count, hash: one.hash ^ other.hash }])
        assert.deepEqual(target, expected)
        assert.deepEqual(source, leavesOf([{ ...other, index: 60 }]))
      }),
    )
  })

  it('carries into the high half of a count', () => {
    const target = leavesOf([{ index: 0, count: 2n ** 32n - 1n, hash: 1n }])
    addNode(target, 0, leavesOf([{ index: 0, count: 1n, hash: 1n }]), 0)
    assert.deepEqual([...target.subarray(0, 4)], [0, 1, 0, 0])
  })
})

describe('sumLevel() and sumLeaves()', () => {
  it('make each parent of its eight children, and one node of all', () => {
    fc.assert(
      fc.property(fc.uniqueArray(nodeArbitrary, { selector: ({ index }) => index }), (nodes) => {
        const leaves = leavesOf(nodes)
        const parents = sumLevel(leaves)
        const words = new BigUint64Array(parents.buffer)
        assert.equal(parents.length, 8 * LANES_PER_LEAF)
        for (let parent = 0; parent < 8; parent += 1) {
          const children = nodes.filter(({ index }) => Math.floor(index / 8) === parent)
          const count = children.reduce((sum, child) => sum + child.count, 0n)
          assert.equal(words[2 * parent], BigInt.asUintN(64, count))
          assert.equal(
            words[2 * parent + 1],
            children.reduce((sum, child) => sum ^ child.hash, 0n),
          )
        }
        assert.deepEqual(sumLevel(parents), sumLeaves(leaves))
      }),
    )
  })
})

describe('populatedSpan()', () => {
  it('gives the first populated leaf and the last', () => {
    assert.equal(populatedSpan(createLeaves(2)), undefined)
    const one = { index: 17, count: 0n, hash: 1n }
    assert.deepEqual(populatedSpan(leavesOf([one])), { first: 17, last: 17 })
    const ends = [0, 63].map((index) => ({ index, count: 1n, hash: 0n }))
    assert.deepEqual(populatedSpan(leavesOf([...ends, one])), { first: 0, last: 63 })
  })
})
