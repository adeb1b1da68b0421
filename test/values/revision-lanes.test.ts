import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  encodeRevision,
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
