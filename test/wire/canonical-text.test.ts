import assert from 'node:assert/strict'
import fc from 'fast-check'
import { canonicalText, formatCanonicalText, parseCanonicalText } from '../../lib/wire/index.js'

const texts = fc.string({ unit: 'binary' })

describe('canonicalText()', () => {
  it('says the same for every way to escape a text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const escaped = Array.from(
          { length: text.length },
          (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
        ).join('')
        const bytes = Buffer.from(`"${escaped}"`)
        assert.equal(canonicalText(bytes, 1, bytes.length - 1), formatCanonicalText(text))
      }),
    )
  })

  it('takes a text without escapes byte by byte', () => {
    const bytes = Buffer.from('"é€"')
    assert.equal(canonicalText(bytes, 1, 6), bytes.toString('latin1', 1, 6))
  })
})

describe('parseCanonicalText()', () => {
  it('is the inverse of formatCanonicalText()', () => {
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(parseCanonicalText(formatCanonicalText(text)), text)
      }),
    )
  })
})
