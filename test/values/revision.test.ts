import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  decodeRevision,
  encodeRevision,
  formatRevision,
  INVALID_REVISION,
  isKeepableRevision,
  parseRevision,
  revision,
  REVISION_LOWER_BOUND,
} from '../../lib/values/index.js'
import { describeWithShared, readSharedJson } from '../support/shared.js'

const U64_MAX = 2n ** 64n - 1n
/** The last value that is written in decimal. */
const DECIMAL_MAX = 1450656000000n
const anyRevision = fc.bigInt({ min: 0n, max: U64_MAX }).map(revision)
const anyDigits = fc.stringMatching(/^[-_A-Za-z0-9]{0,11}$/)

describe('revision()', () => {
  it('takes the ends of the range', () => {
    assert.equal(revision(0n), 0n)
    assert.equal(revision(U64_MAX), INVALID_REVISION)
  })

  for (const value of [-1n, U64_MAX + 1n]) {
    it(`refuses ${String(value)}`, () => {
      assert.throws(() => revision(value), { name: 'RevisionError', code: 'ERR_REVISION' })
    })
  }
})

describe('encodeRevision()', () => {
  const rows: readonly (readonly [bigint, string, string])[] = [
    [0n, '', '-----------'],
    [1n, '_', '----------_'],
    [63n, '9', '----------9'],
    [64n, '_-', '---------_-'],
    [U64_MAX, 'N9999999999', 'N9999999999'],
  ]
  for (const [value, text, padded] of rows) {
    it(`writes ${String(value)} as '${text}', padded as '${padded}'`, () => {
      assert.equal(encodeRevision(revision(value)), text)
      assert.equal(encodeRevision(revision(value), { pad: true }), padded)
    })
  }

  it('pads to 11 characters, whatever the number', () => {
    fc.assert(
      fc.property(anyRevision, (value) => {
        assert.equal(encodeRevision(value, { pad: true }).length, 11)
      }),
    )
  })
})

describe('decodeRevision()', () => {
  it('is the inverse of encodeRevision(), padded or not', () => {
    fc.assert(
      fc.property(anyRevision, fc.boolean(), (value, pad) => {
        assert.equal(decodeRevision(encodeRevision(value, { pad })), value)
      }),
    )
  })

  it('takes any 11 digits and loses the top two of their 66 bits', () => {
    assert.equal(decodeRevision('99999999999'), U64_MAX)
    assert.equal(decodeRevision('E----------'), 2n ** 64n - 2n ** 64n + ((6n << 60n) % 2n ** 64n))
    fc.assert(
      fc.property(anyDigits, (text) => {
        const value = decodeRevision(text)
        assert.equal(decodeRevision(encodeRevision(value)), value)
      }),
    )
  })

  for (const text of ['------------', '_ ', 'ab+c', 'ä', '_fTLMP5y/', '💧']) {
    it(`answers the error value for '${text}'`, () => {
      assert.equal(decodeRevision(text), INVALID_REVISION)
    })
  }
})

describe('parseRevision()', () => {
  const rows: readonly (readonly [string, bigint])[] = [
    ['', 0n],
    ['1', 1n],
    ['1234', 1234n],
    ['0', 54n],
    ['_', 1n],
    ['18446744073709551615', U64_MAX],
    ['18446744073709551617', 1n],
    ['1a', 10n + (0x61n - 48n)],
    ['1é', 100n + 10n * (0xc3n - 256n - 48n) + (0xa9n - 256n - 48n) + 2n ** 64n],
    ['x+', INVALID_REVISION],
  ]
  for (const [text, value] of rows) {
    it(`reads '${text}' as ${String(value)}`, () => {
      assert.equal(parseRevision(text), value)
    })
  }
})

describe('formatRevision()', () => {
  it('writes decimal up to the tick limit, base 64 above it', () => {
    assert.equal(formatRevision(revision(DECIMAL_MAX)), '1450656000000')
    assert.equal(
      formatRevision(revision(DECIMAL_MAX + 1n)),
      encodeRevision(revision(DECIMAL_MAX + 1n)),
    )
    assert.equal(formatRevision(REVISION_LOWER_BOUND), encodeRevision(REVISION_LOWER_BOUND))
  })

  it('has parseRevision() as its inverse, for decimals and for stamps of 2004 to 2039', () => {
    const decimals = fc.bigInt({ min: 1n, max: DECIMAL_MAX })
    const stamps = fc.bigInt({ min: 2n ** 60n, max: 2n ** 61n - 1n })
    fc.assert(
      fc.property(fc.oneof(decimals, stamps).map(revision), (value) => {
        assert.equal(parseRevision(formatRevision(value)), value)
      }),
    )
  })

  it('does not round-trip 0, as in the original', () => {
    assert.equal(parseRevision(formatRevision(revision(0n))), 54n)
  })
})

describe('isKeepableRevision()', () => {
  it('refuses 0 and the error value alone', () => {
    assert.equal(isKeepableRevision(revision(0n)), false)
    assert.equal(isKeepableRevision(INVALID_REVISION), false)
    assert.equal(isKeepableRevision(revision(2n ** 63n)), false)
    assert.equal(isKeepableRevision(revision(2n ** 63n - 1n)), true)
    assert.equal(isKeepableRevision(revision(1n)), true)
    assert.equal(isKeepableRevision(REVISION_LOWER_BOUND), true)
  })
})

interface RevisionVectors {
  readonly tickLimit: string
  readonly lowerBound: string
  readonly values: readonly {
    readonly value: string
    readonly encoded: string
    readonly decoded: string
    readonly revisionString: string
    readonly fromRevisionString: string
  }[]
  readonly decode: readonly {
    readonly input: string
    readonly decodeTimeStamp: string
    readonly revisionIdFromString: string
  }[]
}

describeWithShared('revisions of the original', () => {
  const { tickLimit, lowerBound, values, decode } = readSharedJson(
    'vectors/merkle/revision-id.json',
  ) as RevisionVectors

  it('have its limits', () => {
    assert.equal(DECIMAL_MAX, BigInt(tickLimit))
    assert.equal(REVISION_LOWER_BOUND, BigInt(lowerBound))
  })

  it('have its texts, in both directions', () => {
    assert.notEqual(values.length, 0)
    for (const { value, encoded, decoded, revisionString, fromRevisionString } of values) {
      const number = revision(BigInt(value))
      assert.equal(encodeRevision(number), encoded, value)
      assert.equal(decodeRevision(encoded), BigInt(decoded), value)
      assert.equal(formatRevision(number), revisionString, value)
      assert.equal(parseRevision(revisionString), BigInt(fromRevisionString), value)
    }
  })

  it('are read from odd texts as it reads them', () => {
    assert.notEqual(decode.length, 0)
    for (const { input, decodeTimeStamp, revisionIdFromString } of decode) {
      assert.equal(decodeRevision(input), BigInt(decodeTimeStamp), JSON.stringify(input))
      assert.equal(parseRevision(input), BigInt(revisionIdFromString), JSON.stringify(input))
    }
  })
})
