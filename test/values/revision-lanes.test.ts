import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  encodeRevision,
  encodeRevisionLanes,
  formatRevision,
  formatRevisionLanes,
  joinLanes,
  parseRevision,
  readRevisionLanes,
  revision,
} from '../../lib/values/index.js'

function readText(text: string): bigint {
  const bytes = Buffer.from(`"${text}"`)
  const lanes = { high: 0, low: 0 }
  readRevisionLanes(bytes, 1, bytes.length - 1, lanes)
  return joinLanes(lanes)
}

describe('readRevisionLanes()', () => {
  it('reads what encodeRevision() writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const text = encodeRevision(revision(value), { pad: true })
        assert.equal(readText(text), value)
      }),
    )
  })

  it('agrees with parseRevision() on any text', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 24, unit: 'binary' }),
      fc.stringMatching(/^[-_A-Za-z0-9]{0,13}$/),
      fc.stringMatching(/^[1-9][0-9]{0,24}$/),
    )
    fc.assert(
      fc.property(text, (one) => {
        assert.equal(readText(one), parseRevision(Buffer.from(one).toString()))
      }),
    )
  })
})

describe('encodeRevisionLanes()', () => {
  const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  const encode = (value: bigint, pad: boolean): string =>
    encodeRevisionLanes(Number(value & 0xffffffffn), Number(value >> 32n), pad)
  const ROWS: readonly (readonly [bigint, string, string])[] = [
    [0n, '', '-----------'],
    [1n, '_', '----------_'],
    [63n, '9', '----------9'],
    [64n, '_-', '---------_-'],
    [2n ** 32n, 'C-----', '-----C-----'],
    [1687640290099200000n, '_bpq8a-----', '_bpq8a-----'],
    [2n ** 64n - 1n, 'N9999999999', 'N9999999999'],
  ]
  for (const [value, short, padded] of ROWS) {
    it(`writes ${value} as "${short}" and "${padded}"`, () => {
      assert.equal(encode(value, false), short)
      assert.equal(encode(value, true), padded)
    })
  }

  it('is encodeRevision()', () => {
    fc.assert(
      fc.property(u64, fc.nat(63), fc.boolean(), (value, shift, pad) => {
        const hash = value >> BigInt(shift)
        assert.equal(encode(hash, pad), encodeRevision(revision(hash), { pad }))
      }),
    )
  })
})

describe('formatRevisionLanes()', () => {
  it('is formatRevision(), on both sides of where decimal ends', () => {
    const near = fc.bigInt({ min: 1450655999990n, max: 1450656000010n })
    const any = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })
    fc.assert(
      fc.property(fc.oneof(near, any, fc.nat(100).map(BigInt)), (value) => {
        const text = formatRevisionLanes(Number(value & 0xffffffffn), Number(value >> 32n))
        assert.equal(text, formatRevision(revision(value)))
      }),
    )
    assert.equal(formatRevisionLanes(1450656000000 % 2 ** 32, 337), '1450656000000')
  })
})
