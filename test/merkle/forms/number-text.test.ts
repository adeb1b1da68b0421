import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readCount, readU64 } from '../../../lib/merkle/forms/number-text.js'
import { joinLanes } from '../../../lib/values/index.js'

const NO_INTEGERS = ['-1', '-0', '1.5', '1.0', '1e3', '1E3', '0e0', '', ' 1', '1 ', '0x1', '1n']

function u64Of(text: string): bigint | undefined {
  const lanes = { high: 0, low: 0 }
  return readU64(text, lanes) ? joinLanes(lanes) : undefined
}

describe('readCount()', () => {
  it('reads integers up to 2^53 - 1', () => {
    assert.equal(readCount('0'), 0)
    assert.equal(readCount('9007199254740991'), Number.MAX_SAFE_INTEGER)
    assert.equal(readCount('9007199254740992'), undefined)
    assert.equal(readCount('18446744073709551615'), undefined)
    assert.equal(readCount('9'.repeat(400)), undefined)
  })

  it('refuses everything else', () => {
    for (const text of NO_INTEGERS) assert.equal(readCount(text), undefined, text)
  })
})

describe('readU64()', () => {
  it('reads every unsigned 64-bit integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(63), (value, shift) => {
        const number = value >> BigInt(shift)
        assert.equal(u64Of(number.toString()), number)
      }),
    )
  })

  it('reads the numbers around its limits', () => {
    const edges = [2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n]
    for (const value of [...edges, 2n ** 64n - 1n]) assert.equal(u64Of(String(value)), value)
    assert.equal(u64Of('18446744073709551616'), undefined)
    assert.equal(u64Of('99999999999999999999'), undefined)
    assert.equal(u64Of('100000000000000000000'), undefined)
  })

  it('refuses everything else', () => {
    for (const text of NO_INTEGERS) assert.equal(u64Of(text), undefined, text)
  })
})
