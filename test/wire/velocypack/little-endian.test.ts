import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  readBigInt,
  readBigUint,
  readInt,
  readUint,
  readVarint,
  uintWidth,
  varintWidth,
  writeUint,
  writeVarint,
} from '../../../lib/wire/velocypack/little-endian.js'

const safe = fc.maxSafeNat()

describe('readUint() and writeUint()', () => {
  it('are each other’s inverse in the fewest bytes and in more', () => {
    fc.assert(
      fc.property(safe, fc.nat(7), (value, more) => {
        const least = uintWidth(value)
        const width = Math.min(least + more, 8)
        const bytes = Buffer.alloc(10, 0xaa)
        writeUint(bytes, 1, width, value)
        assert.equal(readUint(bytes, 1, width), value)
        assert.equal(bytes[0], 0xaa)
        assert.equal(bytes[width + 1], 0xaa)
        assert.ok(least === 1 || value >= 256 ** (least - 1))
      }),
    )
  })

  it('reads more than a number can hold as a number near it', () => {
    const value = readUint(Buffer.alloc(8, 0xff), 0, 8)
    assert.equal(value, 2 ** 64)
  })
})

describe('readInt(), readBigUint() and readBigInt()', () => {
  it('read what Buffer reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 9, maxLength: 9 }), (array) => {
        const bytes = Buffer.from(array)
        for (let width = 1; width <= 6; width += 1) {
          assert.equal(readInt(bytes, 1, width), bytes.readIntLE(1, width))
        }
        assert.equal(readBigUint(bytes, 1, 8), bytes.readBigUInt64LE(1))
        assert.equal(readBigInt(bytes, 1, 8), bytes.readBigInt64LE(1))
        assert.equal(readBigUint(bytes, 2, 7), bytes.readBigUInt64LE(1) >> 8n)
        assert.equal(readBigInt(bytes, 2, 7), bytes.readBigInt64LE(1) >> 8n)
      }),
    )
  })
})

describe('readVarint() and writeVarint()', () => {
  it('are each other’s inverse, upwards and downwards', () => {
    fc.assert(
      fc.property(safe, (value) => {
        const bytes = Buffer.alloc(20, 0xaa)
        const out = { value: -1, width: -1 }
        writeVarint(bytes, 10, value, 1)
        readVarint(bytes, 10, 20, 1, out)
        assert.deepEqual(out, { value, width: varintWidth(value) })
        bytes.fill(0xaa)
        writeVarint(bytes, 10, value, -1)
        readVarint(bytes, 10, 0, -1, out)
        assert.deepEqual(out, { value, width: varintWidth(value) })
      }),
    )
  })

  it('tells the end of the bytes from a number that is too long', () => {
    const out = { value: -1, width: -2 }
    readVarint(Buffer.of(0x80, 0x80), 0, 2, 1, out)
    assert.equal(out.width, 0)
    readVarint(Buffer.alloc(20, 0x80), 0, 20, 1, out)
    assert.equal(out.width, -1)
    readVarint(Buffer.of(0x80, 0x80), 1, -1, -1, out)
    assert.equal(out.width, 0)
    readVarint(Buffer.of(...Array<number>(7).fill(0xff), 0x7f), 0, 8, 1, out)
    assert.deepEqual(out, { value: 2 ** 56, width: 8 })
  })
})
