import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeTree, DocumentedTree, encodeTree, MerkleTree } from '../../../lib/merkle/index.js'
import { makeSmallTree } from './text-parts.js'
import { assertSameTree, makeFullTree, soundTreeArbitrary, treeArbitrary } from './tree-support.js'

function formatOf(bytes: Buffer): string {
  return bytes.toString('latin1', bytes.length - 2, bytes.length - 1)
}

/** A leaf of it lost more revisions than it had: it has a hash and no count. */
function makeSpoiledTree(): MerkleTree {
  const tree = new MerkleTree({ depth: 2, rangeMin: 0n })
  tree.insert(0n)
  tree.remove(1n)
  assert.deepEqual([tree.count, tree.hash === 0n], [0, false])
  return tree
}

describe('encodeTree()', () => {
  it('writes head, leaves, format and version of format 2', () => {
    const tree = makeSmallTree()
    const bytes = encodeTree(tree, '2')
    assert.equal(bytes.length, 64 + 16 * 64 + 2)
    const head = Array.from({ length: 8 }, (_, index) => bytes.readBigUInt64LE(8 * index))
    assert.deepEqual(head, [100n, 164n, 2n, 104n, 5n, tree.hash, 0n, 0n])
    assert.equal(bytes.readBigUInt64LE(64), 1n)
    assert.equal(bytes.readBigUInt64LE(72), tree.leaf(0).hash)
    assert.deepEqual([...bytes.subarray(-2)], [0x32, 1])
  })

  it('writes the leaves that have a count in format 3', () => {
    const tree = makeSmallTree()
    const bytes = encodeTree(tree, '3')
    assert.equal(bytes.length, 48 + 5 * 20 + 2)
    const indexes = [0, 1, 2, 3, 4].map((leaf) => bytes.readUInt32LE(48 + 20 * leaf))
    assert.deepEqual(indexes, [0, 1, 5, 30, 63])
    assert.equal(bytes.readBigUInt64LE(48 + 20 + 4), 1n)
    assert.equal(bytes.readBigUInt64LE(48 + 20 + 12), tree.leaf(1).hash)
  })

  it('leaves out what is empty in format 4', () => {
    const tree = new MerkleTree({ depth: 6, rangeMin: 0n })
    tree.insert(4096n * 64n * 3n)
    const bytes = encodeTree(tree, '4')
    assert.equal(bytes.readUInt32LE(48), 64)
    const lengths = Array.from({ length: 64 }, (_, shard) => bytes.readUInt32LE(52 + 4 * shard))
    assert.deepEqual(
      lengths.flatMap((length, shard) => (length > 0 ? [shard] : [])),
      [3],
    )
    assert.equal(bytes.length, 48 + 4 * 65 + (lengths[3] as number) + 2)
  })

  it('chooses format 3 up to a count of 15,000', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 0n, rangeMax: 2n ** 20n })
    assert.equal(formatOf(encodeTree(tree, 'auto')), '3')
    tree.insertMany(Array.from({ length: 15_000 }, (_, index) => BigInt(index)))
    assert.equal(formatOf(encodeTree(tree, 'auto')), '3')
    tree.insert(15_000n)
    assert.equal(formatOf(encodeTree(tree, 'auto')), '4')
  })

  it('does not write a tree that it could not read in format 3', () => {
    const tree = makeSpoiledTree()
    assert.throws(() => encodeTree(tree, '3'), RangeError)
    const bytes = encodeTree(tree, 'auto')
    assert.equal(formatOf(bytes), '4')
    assertSameTree(decodeTree(bytes), tree)
  })

  it('writes hash and count of all levels of a tree of the older generation', () => {
    const tree = new DocumentedTree({ depth: 2, rangeMin: 100n, rangeMax: 164n })
    tree.insertMany([100n, 130n])
    const bytes = encodeTree(tree, '2')
    assert.equal(bytes.length, 64 + 16 * 73 + 2)
    const head = Array.from({ length: 8 }, (_, index) => bytes.readBigUInt64LE(8 * index))
    assert.deepEqual(head, [100n, 164n, 2n, 0n, 0n, 0n, 0n, 0n])
    assert.deepEqual([bytes.readBigUInt64LE(64), bytes.readBigUInt64LE(72)], [tree.hash, 2n])
    assert.equal(bytes.readBigUInt64LE(64 + 16 * 9), tree.leaf(0).hash)
    assert.equal(bytes.readBigUInt64LE(64 + 16 * (9 + 30) + 8), 1n)
  })

  it('refuses other formats for the older generation', () => {
    const tree = new DocumentedTree({ depth: 2, rangeMin: 100n })
    for (const format of ['1', '3', '4', 'auto'] as const) {
      assert.throws(() => encodeTree(tree, format as '2'), RangeError)
    }
  })

  it('loses nothing of a full tree', function () {
    this.timeout(120_000)
    const tree = makeFullTree()
    for (const format of ['1', '2', '3', '4', 'auto'] as const) {
      assertSameTree(decodeTree(encodeTree(tree, format)), tree)
    }
  })

  it('has decodeTree() as its inverse', () => {
    fc.assert(
      fc.property(treeArbitrary, (tree) => {
        for (const format of ['1', '2', '4', 'auto'] as const) {
          assertSameTree(decodeTree(encodeTree(tree, format)), tree)
        }
      }),
    )
    fc.assert(
      fc.property(soundTreeArbitrary, (tree) => {
        assertSameTree(decodeTree(encodeTree(tree, '3')), tree)
      }),
    )
  })

  it('has decodeTree() as its inverse for the older generation', () => {
    const rangeMin = fc.bigInt({ min: 0n, max: 2n ** 60n })
    const distances = fc.array(fc.bigInt({ min: 0n, max: 2n ** 40n }), { maxLength: 50 })
    fc.assert(
      fc.property(fc.constantFrom(2, 3), rangeMin, distances, (depth, start, offsets) => {
        const tree = new DocumentedTree({ depth, rangeMin: start })
        tree.insertMany(offsets.map((offset) => start + offset))
        assertSameTree(decodeTree(encodeTree(tree, '2')), tree)
      }),
    )
  })
})
