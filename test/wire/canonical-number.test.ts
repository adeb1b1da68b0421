import assert from 'node:assert/strict'
import fc from 'fast-check'
import { canonicalNumber, isCanonicalInteger } from '../../lib/wire/index.js'

/** A decimal number as digits and a power of ten, in many ways to write it. */
const decimals = fc.record({
  isNegative: fc.boolean(),
  digits: fc.bigInt(0n, 10n ** 40n),
  exponent: fc.integer({ min: -60, max: 60 }),
})

/** Writes `digits * 10^exponent` with the point `shift` places further left. */
function write(
  { isNegative, digits, exponent }: { isNegative: boolean; digits: bigint; exponent: number },
  shift: number,
  letter: string,
): string {
  const text = digits.toString().padStart(shift + 1, '0')
  const point = text.length - shift
  const mantissa = shift === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`
  const power = exponent + shift
  const sign = isNegative ? '-' : ''
  return `${sign}${mantissa}${power === 0 ? '' : `${letter}${power}`}`
}

/** The value times 10^100, exactly. */
function scaled({
  isNegative,
  digits,
  exponent,
}: {
  isNegative: boolean
  digits: bigint
  exponent: number
}): bigint {
  const value = digits * 10n ** BigInt(100 + exponent)
  return isNegative ? -value : value
}

describe('canonicalNumber()', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['0', '0'],
    ['-0', '0'],
    ['0.000', '0'],
    ['-0e99', '0'],
    ['1.0', '1'],
    ['1e2', '100'],
    ['1E+2', '100'],
    ['100e-2', '1'],
    ['12.50', '125e-1'],
    ['-0.0012', '-12e-4'],
    ['18446744073709551615', '18446744073709551615'],
    ['1e31', `1${'0'.repeat(31)}`],
    ['1e32', '1e32'],
    [`1${'0'.repeat(32)}`, '1e32'],
    ['1e400', '1e400'],
    ['10e399', '1e400'],
    ['1e-400', '1e-400'],
    ['9007199254740993.0', '9007199254740993'],
    ['1e0000000000000000000002', '100'],
    ['1e1000000000000000', '1e1000000000000000'],
  ]
  for (const [text, expected] of rows) {
    it(`makes ${expected.slice(0, 40)} of ${text.slice(0, 40)}`, () => {
      assert.equal(canonicalNumber(text), expected)
    })
  }

  it('leaves numbers as they are whose exponent is beyond counting', () => {
    for (const text of ['1.0e1000000000000001', `1e${'9'.repeat(5000)}`, '10e-1000000000000001']) {
      assert.equal(canonicalNumber(text), text)
    }
  })

  it('gives one text for one value, however it is written', () => {
    fc.assert(
      fc.property(decimals, fc.nat(30), fc.nat(30), (decimal, some, other) => {
        const text = canonicalNumber(write(decimal, some, 'e'))
        assert.equal(canonicalNumber(write(decimal, other, 'E')), text)
        assert.equal(canonicalNumber(text), text)
      }),
    )
  })

  it('gives different texts for different values', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        const isSame = canonicalNumber(write(a, 3, 'e')) === canonicalNumber(write(b, 0, 'e'))
        assert.equal(isSame, scaled(a) === scaled(b))
      }),
    )
  })

  it('takes a million digits in no time', () => {
    const digits = '1'.repeat(1_000_000)
    assert.equal(canonicalNumber(`${digits}.0`), `${digits}e0`)
  })
})

describe('isCanonicalInteger()', () => {
  it('is true exactly for whole numbers that stay as they are', () => {
    const texts = ['0', '7', '-7', '100', '-0', '1.5', '1e5', '1E5', '9'.repeat(32), '9'.repeat(33)]
    for (const text of texts) {
      const bytes = Buffer.from(`[${text}]`)
      const isPlain = /^(0|-?[1-9]\d{0,31})$/.test(text)
      assert.equal(isCanonicalInteger(bytes, 1, bytes.length - 1), isPlain, text)
      if (isPlain) assert.equal(canonicalNumber(text), text)
    }
  })
})
