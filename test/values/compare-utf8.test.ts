import assert from 'node:assert/strict'
import fc from 'fast-check'
import { compareUtf8 } from '../../lib/values/index.js'

/** Below each other in the order of their bytes. */
const ORDERED = [
  '',
  'A',
  'AA',
  'B',
  'a',
  'a!',
  'é',
  'é!',
  '\ud7ff',
  '\ue000',
  '\uffee',
  '\u{1f600}',
]

describe('compareUtf8()', () => {
  it('puts what is above 0xffff last, and a beginning first', () => {
    for (const [index, lower] of ORDERED.entries()) {
      assert.equal(compareUtf8(lower, lower), 0)
      for (const upper of ORDERED.slice(index + 1)) {
        assert.ok(compareUtf8(lower, upper) < 0, `${lower} before ${upper}`)
        assert.ok(compareUtf8(upper, lower) > 0, `${upper} behind ${lower}`)
      }
    }
  })

  it('has the order of the bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 5 })
    fc.assert(
      fc.property(text, text, text, (begin, a, b) => {
        const [one, other] = [begin + a, begin + b]
        const expected = Buffer.compare(Buffer.from(one), Buffer.from(other))
        assert.equal(Math.sign(compareUtf8(one, other)), expected)
      }),
    )
  })
})
