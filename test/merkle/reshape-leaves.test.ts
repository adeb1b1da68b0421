import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  bucketWidth,
  createLeaves,
  growToHold,
  LEAF_BYTES,
  MerkleTree,
  reshapeLeaves,
  type TreeShape,
} from '../../lib/merkle/index.js'
import { isPopulated, nodeCount, nodeHash } from '../../lib/merkle/tree-leaves.js'
import { leavesOf, nodeArbitrary } from '../support/leaf-nodes.js'
import {
  codeThrown,
  hashOf,
  originArbitrary,
  revisionArbitrary,
  sortRevisions,
} from '../support/naive-tree.js'

function shapeOf(rangeMin: bigint, width: bigint, initialRangeMin = rangeMin): TreeShape {
  return { depth: 2, rangeMin, rangeMax: rangeMin + width, initialRangeMin }
}

/** The populated leaves by where their revisions begin. */
function leavesByStart(leaves: Uint32Array, shape: TreeShape): Map<bigint, [number, bigint]> {
  const byStart = new Map<bigint, [number, bigint]>()
  for (let index = 0; index < 64; index += 1) {
    if (!isPopulated(leaves, index)) continue
    const start = shape.rangeMin + bucketWidth(shape) * BigInt(index)
    byStart.set(start, [nodeCount(leaves, index), nodeHash(leaves, index)])
  }
  return byStart
}

describe('reshapeLeaves()', () => {
  it('leaves everything in place for the same shape', () => {
    const leaves = leavesOf([{ index: 9, count: 3n, hash: 4n }])
    reshapeLeaves(leaves, shapeOf(100n, 64n), shapeOf(100n, 64n))
    assert.deepEqual(leaves, leavesOf([{ index: 9, count: 3n, hash: 4n }]))
  })

  it('adds up leaves that meet', () => {
    const leaves = leavesOf([
      { index: 0, count: 1n, hash: 1n },
      { index: 1, count: 1n, hash: 3n },
      { index: 2, count: 1n, hash: 4n },
      { index: 63, count: 1n, hash: 8n },
    ])
    reshapeLeaves(leaves, shapeOf(100n, 64n), shapeOf(100n, 128n))
    const expected = [
      { index: 0, count: 2n, hash: 2n },
      { index: 1, count: 1n, hash: 4n },
      { index: 31, count: 1n, hash: 8n },
    ]
    assert.deepEqual(leaves, leavesOf(expected))
  })

  it('moves leaves up and down within one width', () => {
    const nodes = [20, 21, 40].map((index) => ({ index, count: 1n, hash: BigInt(index) }))
    const leaves = leavesOf(nodes)
    reshapeLeaves(leaves, shapeOf(1000n, 64n), shapeOf(980n, 64n, 1000n))
    const up = nodes.map((node) => ({ ...node, index: node.index + 20 }))
    assert.deepEqual(leaves, leavesOf(up))
    reshapeLeaves(leaves, shapeOf(980n, 64n, 1000n), shapeOf(1000n, 64n))
    assert.deepEqual(leaves, leavesOf(nodes))
  })

  it('moves one populated leaf over the whole of 64 bits', () => {
    const leaves = leavesOf([{ index: 63, count: 1n, hash: 5n }])
    reshapeLeaves(leaves, shapeOf(2n ** 63n - 64n, 64n), shapeOf(0n, 2n ** 63n))
    assert.deepEqual(leaves, leavesOf([{ index: 63, count: 1n, hash: 5n }]))
    const low = leavesOf([{ index: 63, count: 1n, hash: 5n }])
    reshapeLeaves(low, shapeOf(0n, 64n), shapeOf(0n, 2n ** 63n))
    assert.deepEqual(low, leavesOf([{ index: 0, count: 1n, hash: 5n }]))
  })

  it('cuts narrow leaves at the edge of leaves that are far wider', () => {
    for (const shift of [31n, 32n, 33n, 56n]) {
      const edge = 5n << shift
      const nodes = [0, 31, 32, 33, 63].map((index) => ({
        index,
        count: 1n,
        hash: 1n << BigInt(index),
      }))
      const leaves = leavesOf(nodes)
      reshapeLeaves(leaves, shapeOf(edge - 32n, 64n), shapeOf(0n, 64n << shift))
      const expected = [
        { index: 4, count: 2n, hash: 2n ** 31n + 1n },
        { index: 5, count: 3n, hash: 2n ** 32n + 2n ** 33n + 2n ** 63n },
      ]
      assert.deepEqual(leaves, leavesOf(expected))
    }
  })

  it('ignores how far away a range without populated leaves is', () => {
    const leaves = createLeaves(2)
    reshapeLeaves(leaves, shapeOf(0n, 64n), shapeOf(2n ** 63n, 2n ** 62n))
    assert.deepEqual(leaves, createLeaves(2))
  })

  it('asserts what it cannot do', () => {
    const populated = [{ index: 0, count: 1n, hash: 1n }]
    const refused: [string, TreeShape, TreeShape][] = [
      ['narrower leaves', shapeOf(0n, 128n), shapeOf(0n, 64n)],
      ['other depth', shapeOf(0n, 512n), { ...shapeOf(0n, 512n), depth: 3 }],
      ['other grid', shapeOf(0n, 128n), shapeOf(1n, 128n)],
      ['a populated leaf below the range', shapeOf(0n, 64n), shapeOf(1n, 64n)],
      ['one above it', shapeOf(64n, 64n), shapeOf(0n, 64n)],
    ]
    for (const [what, from, to] of refused) {
      const run = (): void => {
        reshapeLeaves(leavesOf(populated), from, to)
      }
      assert.throws(run, { name: 'AssertionError' }, what)
    }
  })

  it('leads from any shape on the way to any later one', () => {
    fc.assert(
      fc.property(
        originArbitrary,
        fc.array(revisionArbitrary, { minLength: 1, maxLength: 12 }),
        fc.array(revisionArbitrary, { maxLength: 12 }),
        (rangeMin, few, more) => {
          const first = shapeOf(rangeMin, 64n)
          const holding = (values: readonly bigint[]): TreeShape => {
            const sorted = sortRevisions(values)
            return growToHold(first, sorted[0] as bigint, sorted[sorted.length - 1] as bigint)
          }
          let to: TreeShape = first
          fc.pre(codeThrown(() => (to = holding([...few, ...more]))) === undefined)
          const from = holding(few)
          assert.ok(bucketWidth(from) <= bucketWidth(to))

          const tree = new MerkleTree(first)
          tree.insertMany(few)
          assert.deepEqual(tree.shape, from)
          const leaves = tree.leaves.slice()
          reshapeLeaves(leaves, from, to)

          const direct = MerkleTree.fromLeaves(to, createLeaves(2))
          direct.insertMany(few)
          assert.deepEqual(leaves, direct.leaves)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('keeps what each leaf of the wider grid holds', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(nodeArbitrary, { selector: ({ index }) => index }),
        fc.integer({ min: 0, max: 56 }),
        fc.nat(63),
        (nodes, shift, lead) => {
          const small = nodes.map((node) => ({ ...node, count: node.count & 0xffffffffn }))
          const from = shapeOf(2n ** 62n, 64n)
          const width = 64n << BigInt(shift)
          // A range that begins up to 63 of its leaves before the populated part.
          const before = BigInt(lead) << BigInt(shift)
          const to = shapeOf(2n ** 62n - before, width, 2n ** 62n)
          const leaves = leavesOf(shift < 6 ? small.filter(({ index }) => index === 0) : small)
          const expected = new Map<bigint, [number, bigint]>()
          for (const [start, [count, hash]] of leavesByStart(leaves, from)) {
            const wide = start - ((start - to.rangeMin) % bucketWidth(to))
            const [oldCount, oldHash] = expected.get(wide) ?? [0, 0n]
            expected.set(wide, [oldCount + count, oldHash ^ hash])
          }
          reshapeLeaves(leaves, from, to)
          const actual = leavesByStart(leaves, to)
          for (const [start, [count, hash]] of expected) {
            if (count === 0 && hash === 0n) expected.delete(start)
          }
          assert.deepEqual(actual, expected)
        },
      ),
    )
  })

  it('works in memory that threads share', () => {
    const shared = new Uint32Array(new SharedArrayBuffer(64 * LEAF_BYTES))
    shared.set(leavesOf([{ index: 1, count: 1n, hash: hashOf(101n) }]))
    reshapeLeaves(shared, shapeOf(100n, 64n), shapeOf(100n, 128n))
    assert.equal(nodeHash(shared, 0), hashOf(101n))
  })
})
