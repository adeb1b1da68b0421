import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeU64, encodeU64, U64_BYTES, wrapU64 } from '../../lib/values/index.js'

const U64_MAX = 2n ** 64n - 1n
const anyU64 = fc.bigInt({ min: 0n, max: U64_MAX })

describe('encodeU64()', () => {
  const rows: readonly (readonly [bigint, string])[] = [
    [0n, '0000000000000000'],
    [1n, '0000000000000001'],
    [0x0102030405060708n, '0102030405060708'],
    [2n ** 63n, '8000000000000000'],
    [U64_MAX, 'ffffffffffffffff'],
  ]
  for (const [value, hex] of rows) {
    it(`writes ${String(value)} as ${hex}`, () => {
      assert.equal(encodeU64(value).toString('hex'), hex)
      assert.equal(decodeU64(Buffer.from(hex, 'hex')), value)
    })
  }

  for (const value of [-1n, U64_MAX + 1n]) {
    it(`refuses ${String(value)}`, () => {
      assert.throws(() => encodeU64(value), RangeError)
    })
  }

  it('orders bytes as the numbers are ordered', () => {
    fc.assert(
      fc.property(anyU64, anyU64, (a, b) => {
        const order = a < b ? -1 : a > b ? 1 : 0
        assert.equal(Buffer.compare(encodeU64(a), encodeU64(b)), order)
      }),
    )
  })
})

describe('decodeU64()', () => {
  it('is the inverse of encodeU64() at any offset of a view', () => {
    const offsets = fc.record({ before: fc.nat(9), offset: fc.nat(9) })
    fc.assert(
      fc.property(anyU64, offsets, (value, { before, offset }) => {
        const bytes = Buffer.alloc(before + offset + U64_BYTES)
        encodeU64(value).copy(bytes, before + offset)
        assert.equal(decodeU64(bytes.subarray(before), offset), value)
      }),
    )
  })

  it('refuses fewer than 8 bytes', () => {
    assert.throws(() => decodeU64(new Uint8Array(U64_BYTES - 1)), RangeError)
    assert.throws(() => decodeU64(new Uint8Array(U64_BYTES), 1), RangeError)
  })
})

describe('wrapU64()', () => {
  it('reduces modulo 2^64', () => {
    assert.equal(wrapU64(U64_MAX + 1n), 0n)
    assert.equal(wrapU64(-1n), U64_MAX)
  })

  it('leaves what fits as it is', () => {
    fc.assert(
      fc.property(anyU64, (value) => {
        assert.equal(wrapU64(value), value)
      }),
    )
  })
})
