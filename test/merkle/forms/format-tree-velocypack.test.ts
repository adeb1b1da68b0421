import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import {
  DocumentedTree,
  formatTreeVelocyPack,
  MerkleTree,
  parseTreeVelocyPack,
} from '../../../lib/merkle/index.js'
import { parseVelocyPack } from '../../../lib/wire/index.js'
import { makeSmallTree } from './text-parts.js'
import { assertSameTree, makeFullTree, textOf, treeArbitrary } from './tree-support.js'
import { bytesOf, pack } from './velocypack-support.js'

const FORMS = ['current', 'onlyPopulated'] as const
const MIB = 1024 * 1024

describe('formatTreeVelocyPack()', () => {
  it('writes what the JSON text of the same form is in VelocyPack', () => {
    fc.assert(
      fc.property(treeArbitrary, fc.constantFrom(...FORMS), (tree, form) => {
        assert.deepEqual(bytesOf(tree, form), pack(textOf(tree, { form })))
      }),
      { numRuns: 200 },
    )
  })

  it('writes a tree of which every leaf has the same length without an index table', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 0n, rangeMax: 64n })
    const nodes = parseVelocyPack(bytesOf(tree, 'current')).get('nodes')
    assert.equal(nodes?.bytes[0], 0x03)
    assert.equal(nodes.count, 64)
    assert.equal(nodes.bytes.length, 9 + 64 * 18)
  })

  it('writes no nodes for an empty tree with populated leaves alone', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 0n, rangeMax: 64n })
    const root = parseVelocyPack(bytesOf(tree, 'onlyPopulated'))
    assert.deepEqual(root.get('nodes')?.bytes, Buffer.of(0x01))
    assertSameTree(parseTreeVelocyPack(root.bytes).tree, tree)
  })

  it('writes a gap of one leaf as an empty object and a longer one as a compact one', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 0n, rangeMax: 64n })
    tree.insertMany([1n, 30n])
    const nodes = parseVelocyPack(bytesOf(tree, 'onlyPopulated')).get('nodes')
    const items = Array.from(nodes?.items() ?? [], ({ bytes }) => bytes.toString('hex'))
    assert.equal(items.length, 4)
    assert.equal(items[0], '0a')
    assert.equal(items[2], '140a44736b6970281c01')
  })

  it('writes counts and hashes of every length', () => {
    const leaves = new Uint32Array(64 * 4)
    const values = [0, 1, 9, 10, 255, 256, 65_536, 2 ** 24, 2 ** 32 - 1]
    for (const [index, value] of values.entries()) {
      leaves.set([value, 0, 0, value], 4 * index)
      leaves.set([7, value & 0x1ffff, value, 0], 4 * (index + 20))
    }
    leaves.set([0, 0, 0xffffffff, 0xffffffff], 4 * 63)
    const shape = makeSmallTree().shape
    const tree = MerkleTree.fromLeaves(shape, leaves, { count: 0, hash: 0n })
    for (const form of FORMS) {
      assert.deepEqual(bytesOf(tree, form), pack(textOf(tree, { form })))
    }
  })

  it('writes a tree of the older generation', () => {
    const tree = new DocumentedTree({ depth: 2, rangeMin: 1000n })
    tree.insertMany([1000n, 5000n, 90_000n])
    for (const form of FORMS) {
      const read = parseTreeVelocyPack(bytesOf(tree, form)).tree
      assertSameTree(read, tree, 1000n)
    }
  })

  it('gives pieces of up to 64 KiB and never holds the whole', function () {
    this.timeout(120_000)
    const tree = makeFullTree()
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const used = (): number => {
      // Memory of buffers is given back in the background, at the latest before the next collection.
      collect()
      collect()
      return process.memoryUsage().arrayBuffers
    }
    for (const form of FORMS) {
      const before = used()
      let byteLength = 0
      let grownBytes = 0
      for (const piece of formatTreeVelocyPack(tree, { form })) {
        assert.ok(piece.length > 0 && piece.length <= 64 * 1024)
        if (byteLength < 4 * MIB && byteLength + piece.length >= 4 * MIB)
          grownBytes = used() - before
        byteLength += piece.length
      }
      assert.ok(byteLength > 7 * MIB)
      assert.ok(grownBytes < MIB, `${form} holds ${grownBytes} bytes`)
    }
  })
})
