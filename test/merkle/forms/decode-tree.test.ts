import assert from 'node:assert/strict'
import { compressSync } from 'snappy'
import { decodeTree, encodeTree, MerkleTree, type TreeFormat } from '../../../lib/merkle/index.js'
import { changed, compressed, makeDocumentedBytes } from './changed-bytes.js'
import { makeSmallTree } from './text-parts.js'
import { assertSameTree } from './tree-support.js'

const FORMATS: readonly TreeFormat[] = ['1', '2', '3', '4']

describe('decodeTree()', () => {
  it('reads bytes in the middle of others, and keeps none of them', () => {
    for (const format of FORMATS) {
      const bytes = encodeTree(makeSmallTree(), format)
      const memory = new Uint8Array(bytes.length + 20).fill(0xee)
      memory.set(bytes, 13)
      const tree = decodeTree(memory.subarray(13, 13 + bytes.length))
      memory.fill(0)
      assertSameTree(tree, makeSmallTree())
    }
  })

  it('gives the summary that formats 1, 2 and 4 tell, right or not', () => {
    for (const format of ['2', '4'] as const) {
      const bytes = changed(format, (all) => all.writeBigUInt64LE(77n, 32))
      assert.equal(decodeTree(bytes).count, 77)
    }
    assert.equal(decodeTree(compressed((body) => body.writeBigUInt64LE(3n, 40))).hash, 3n)
  })

  it('ignores the padding of formats 1 and 2', () => {
    const bytes = changed('2', (all) => all.fill(0xaa, 48, 64))
    assertSameTree(decodeTree(bytes), makeSmallTree())
    assertSameTree(decodeTree(compressed((body) => body.fill(0xaa, 48, 64))), makeSmallTree())
  })

  it('takes an origin of 0 as the start of the range', () => {
    const bytes = changed('3', (all) => all.writeBigUInt64LE(0n, 24))
    assert.equal(decodeTree(bytes).initialRangeMin, 100n)
  })

  it('reads a leaf in format 3 that has nothing', () => {
    const bytes = encodeTree(new MerkleTree({ depth: 2, rangeMin: 0n }), '3')
    const more = Buffer.concat([bytes.subarray(0, -2), Buffer.alloc(20), bytes.subarray(-2)])
    assert.equal(decodeTree(more).populatedCount, 0)
  })

  it('reads all levels with whatever is in the unused part of the head, compressed too', () => {
    const bytes = makeDocumentedBytes().fill(0xaa, 24, 64)
    const expected = new MerkleTree({ depth: 2, rangeMin: 100n, rangeMax: 164n })
    expected.insertMany([100n, 130n, 163n])
    assertSameTree(decodeTree(bytes), expected)
    const block = Buffer.concat([compressSync(bytes.subarray(0, -2)), Buffer.from('1\x01')])
    assertSameTree(decodeTree(block), expected)
  })
})
