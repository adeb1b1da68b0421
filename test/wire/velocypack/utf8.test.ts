import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { findInvalidUtf8 } from '../../../lib/wire/velocypack/utf8.js'

function find(...bytes: number[]): number {
  return findInvalidUtf8(Uint8Array.from(bytes), 0, bytes.length)
}

describe('findInvalidUtf8()', () => {
  it('takes every character', () => {
    for (const code of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]) {
      assert.equal(find(...Buffer.from(String.fromCodePoint(code))), -1, code.toString(16))
    }
    assert.equal(find(), -1)
  })

  it('names the first byte of what is no character', () => {
    assert.equal(find(0x61, 0x80), 1, 'a second byte alone')
    assert.equal(find(0x61, 0xc3, 0xa4, 0xff), 3)
    assert.equal(find(0xc3), 0, 'cut off')
    assert.equal(find(0xf0, 0x9d, 0x84), 0, 'cut off')
    assert.equal(find(0xe2, 0x82, 0x41), 0)
    assert.equal(find(0xc0, 0x80), 0, 'too long')
    assert.equal(find(0xc1, 0xbf), 0, 'too long')
    assert.equal(find(0xe0, 0x9f, 0xbf), 0, 'too long')
    assert.equal(find(0xf0, 0x8f, 0xbf, 0xbf), 0, 'too long')
    assert.equal(find(0xed, 0xa0, 0x80), 0, 'a surrogate')
    assert.equal(find(0xf4, 0x90, 0x80, 0x80), 0, 'above U+10FFFF')
    assert.equal(find(0xf5, 0x80, 0x80, 0x80), 0)
  })

  it('agrees with Node about bytes of all kinds', () => {
    const byte = fc.constantFrom(0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xf0, 0xf4)
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), (bytes) => {
        assert.equal(find(...bytes) < 0, isUtf8(Uint8Array.from(bytes)))
      }),
      { numRuns: 5000 },
    )
  })

  it('looks at nothing outside of the offsets', () => {
    const bytes = Buffer.from('ä')
    assert.equal(findInvalidUtf8(bytes, 0, 1), 0)
    assert.equal(findInvalidUtf8(bytes, 1, 2), 1)
    assert.equal(findInvalidUtf8(bytes, 1, 1), -1)
  })
})
