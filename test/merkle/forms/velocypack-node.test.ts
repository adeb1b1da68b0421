import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatTreeVelocyPack, MerkleTree } from '../../../lib/merkle/index.js'
import {
  commonNodeBytes,
  readCommonGap,
  validNodeBytes,
} from '../../../lib/merkle/forms/velocypack-node.js'
import { parseVelocyPack, type VelocyPackSlice } from '../../../lib/wire/index.js'

const START = 2n ** 60n

function packedTree(form: 'current' | 'onlyPopulated'): Buffer {
  const tree = new MerkleTree({ depth: 2, rangeMin: START })
  for (const offset of [0n, 1n, 64n, 200n, 1000n, 2000n, 2000n + 2n ** 20n]) {
    tree.insert(START + offset)
  }
  return Buffer.concat([...formatTreeVelocyPack(tree, { form })])
}

function nodesOf(bytes: Buffer): VelocyPackSlice {
  const nodes = parseVelocyPack(bytes).get('nodes')
  assert.ok(nodes !== undefined)
  return nodes
}

describe('commonNodeBytes()', () => {
  for (const form of ['current', 'onlyPopulated'] as const) {
    it(`tells the length of every node as servers write them (${form})`, () => {
      const nodes = nodesOf(packedTree(form))
      const [start, end] = nodes.itemBounds()
      let offset = start
      for (const node of nodes.items()) {
        assert.equal(node.start, offset)
        const bytes = commonNodeBytes(node.source, offset, end)
        assert.equal(bytes, node.bytes.length)
        assert.equal(validNodeBytes(node.source, offset), bytes)
        if (bytes > 1) assert.equal(commonNodeBytes(node.source, offset, offset + bytes - 1), 0)
        offset += bytes
      }
      assert.equal(offset, end)
    })

    it(`lets nothing through that the validator refuses (${form})`, () => {
      const packed = packedTree(form)
      const isValid = (bytes: Buffer, knownItem?: typeof commonNodeBytes): boolean => {
        try {
          parseVelocyPack(bytes, { knownItem })
          return true
        } catch {
          return false
        }
      }
      const change = fc.tuple(fc.nat(packed.length - 1), fc.nat(255))
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
          const bytes = Buffer.from(packed)
          for (const [offset, value] of changes) bytes[offset] = value
          assert.equal(isValid(bytes, commonNodeBytes), isValid(bytes))
        }),
        { numRuns: 5000 },
      )
    })
  }
})

describe('readCommonGap()', () => {
  it('reads runs of leaves, and nothing else', () => {
    const nodes = nodesOf(packedTree('onlyPopulated'))
    const scratch = { high: 0, low: 0 }
    const found = [...nodes.items()].map((node) => readCommonGap(node.source, node.start, scratch))
    const wanted = [...nodes.items()].map((node) => Number(node.get('skip')?.toBigInt() ?? 0n))
    assert.ok(wanted.some((length) => length > 1))
    assert.deepEqual(found, wanted)
  })
})
