import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatTick, parseTick, tick } from '../../lib/values/index.js'

const U64_MAX = 2n ** 64n - 1n

describe('tick()', () => {
  it('takes the ends of the range', () => {
    assert.equal(tick(0n), 0n)
    assert.equal(tick(U64_MAX), U64_MAX)
  })

  for (const value of [-1n, U64_MAX + 1n]) {
    it(`refuses ${String(value)}`, () => {
      assert.throws(() => tick(value), { name: 'TickError', code: 'ERR_TICK' })
    })
  }
})

describe('parseTick()', () => {
  const rows: readonly (readonly [string, bigint])[] = [
    ['0', 0n],
    ['1', 1n],
    ['007', 7n],
    ['18446744073709551615', U64_MAX],
  ]
  for (const [text, value] of rows) {
    it(`reads ${text}`, () => {
      assert.equal(parseTick(text), value)
    })
  }

  const refused = [
    ['', 'nothing'],
    ['-1', 'a sign'],
    ['+1', 'a plus sign'],
    [' 1', 'a space'],
    ['1\n', 'a line end'],
    ['1.0', 'a fraction'],
    ['1e3', 'an exponent'],
    ['0x10', 'another base'],
    ['1n', 'a suffix'],
    ['١', 'a digit of another script'],
    ['18446744073709551616', '2^64'],
    ['000000000000000000001', '21 digits'],
  ] as const
  for (const [text, what] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseTick(text), { name: 'TickError', code: 'ERR_TICK' })
    })
  }

  it('is the inverse of formatTick()', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: U64_MAX }), (value) => {
        assert.equal(parseTick(formatTick(tick(value))), value)
      }),
    )
  })
})
