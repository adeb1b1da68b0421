import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  belowBillionOf,
  billionsOf,
  writeNineDigits,
  writeRevisionText,
} from '../../lib/store/u64-text.js'
import { encodeRevision, revision } from '../../lib/values/index.js'
import { lanesOf, u64 } from './support/u64.js'

const BILLION = 1_000_000_000n

describe('billionsOf() and belowBillionOf()', () => {
  it('divide any unsigned 64-bit integer exactly', () => {
    fc.assert(
      fc.property(u64, (value) => {
        const [high, low] = lanesOf(value)
        const billions = billionsOf(high, low)
        assert.equal(BigInt(billions), value / BILLION)
        assert.equal(BigInt(belowBillionOf(low, billions)), value % BILLION)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('writeNineDigits()', () => {
  it('writes leading zeros and nothing besides', () => {
    const out = Buffer.alloc(11)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (value) => {
        out.fill('x')
        writeNineDigits(out, 1, value)
        assert.equal(out.toString('latin1'), `x${String(value).padStart(9, '0')}x`)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('writeRevisionText()', () => {
  it('writes what encodeRevision() writes, padded', () => {
    const out = Buffer.alloc(13)
    fc.assert(
      fc.property(u64, (value) => {
        out.fill('x')
        writeRevisionText(out, 1, ...lanesOf(value))
        assert.equal(out.toString('latin1'), `x${encodeRevision(revision(value), { pad: true })}x`)
      }),
      { numRuns: 1000 },
    )
  })
})
