import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DecimalText, writeRevisionText } from '../../lib/store/u64-text.js'
import { encodeRevision, revision } from '../../lib/values/index.js'
import { lanesOf, u64 } from './support/u64.js'

describe('DecimalText', () => {
  it('writes what a bigint writes', () => {
    const text = new DecimalText()
    const out = Buffer.alloc(24)
    fc.assert(
      fc.property(u64, (value) => {
        const length = text.set(...lanesOf(value))
        const end = text.write(out, 2)
        assert.equal(end, 2 + length)
        assert.equal(out.toString('latin1', 2, end), value.toString())
      }),
      { numRuns: 2000 },
    )
  })
})

describe('writeRevisionText()', () => {
  it('writes what encodeRevision() writes, padded', () => {
    const out = Buffer.alloc(11)
    fc.assert(
      fc.property(u64, (value) => {
        assert.equal(writeRevisionText(out, 0, ...lanesOf(value)), 11)
        assert.equal(out.toString('latin1'), encodeRevision(revision(value), { pad: true }))
      }),
      { numRuns: 1000 },
    )
  })
})
