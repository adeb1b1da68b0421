import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  blockLength,
  compressBlock,
  uncompressBlock,
} from '../../../lib/merkle/forms/snappy-block.js'
import { TreeFormatError } from '../../../lib/merkle/index.js'

describe('blockLength()', () => {
  it('reads the length of what was compressed, however well', () => {
    for (const length of [0, 1, 127, 128, 16_383, 16_384, 65_536, 4_194_368]) {
      assert.equal(blockLength(compressBlock(Buffer.alloc(length))), length)
    }
  })

  it('refuses a length that the block cannot have', () => {
    const bomb = Buffer.from([0xc0, 0x80, 0x80, 0x80, 0x08, 0, 0, 0])
    assert.equal(blockLength(bomb), undefined)
    assert.equal(blockLength(Buffer.from([22 * 3, 0, 0])), 66)
    assert.equal(blockLength(Buffer.from([22 * 3 + 1, 0, 0])), undefined)
  })

  it('refuses a length without end', () => {
    assert.equal(blockLength(Buffer.alloc(0)), undefined)
    assert.equal(blockLength(Buffer.from([0x80])), undefined)
    assert.equal(blockLength(Buffer.alloc(100, 0xff)), undefined)
  })
})

describe('uncompressBlock()', () => {
  it('is the inverse of compressBlock()', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const block = compressBlock(Buffer.from(bytes))
        assert.deepEqual(uncompressBlock(block, bytes.length, 'bytes'), Buffer.from(bytes))
      }),
    )
  })

  it('refuses another length, and a block that is cut or damaged', () => {
    const block = compressBlock(Buffer.from('a text of which some text is in the text again'))
    const refused = { name: 'TreeFormatError', place: 'shards[1]' }
    assert.throws(() => uncompressBlock(block, 45, 'shards[1]'), refused)
    assert.throws(() => uncompressBlock(block.subarray(0, -1), 46, 'shards[1]'), refused)
    const damaged = Buffer.from(block).fill(0xff, 1)
    assert.throws(
      () => uncompressBlock(damaged, 46, 'shards[1]'),
      (error) => error instanceof TreeFormatError && error.cause instanceof Error,
    )
  })
})
