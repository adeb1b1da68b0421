import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeHash } from '../../../lib/merkle/forms/hash-text.js'
import {
  decodeRevision,
  encodeRevisionLanes,
  INVALID_REVISION,
  joinLanes,
} from '../../../lib/values/index.js'

function encode(value: bigint, pad: boolean): string {
  return encodeRevisionLanes(Number(value & 0xffffffffn), Number(value >> 32n), pad)
}

function decode(text: string): bigint | undefined {
  const lanes = { high: 0, low: 0 }
  return decodeHash(text, lanes) ? joinLanes(lanes) : undefined
}

describe('decodeHash()', () => {
  it('is the inverse of encodeRevisionLanes()', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 2n }), fc.boolean(), (value, pad) => {
        assert.equal(decode(encode(value, pad)), value)
      }),
    )
  })

  it('is decodeRevision() for every text', () => {
    const alphabet = '- _ A B Y Z a b y z 0 1 8 9 é + \u0000 \uffff'.split(' ')
    const text = fc.array(fc.constantFrom(...alphabet), { maxLength: 13 })
    fc.assert(
      fc.property(text, (characters) => {
        const joined = characters.join('')
        const expected = decodeRevision(joined)
        assert.equal(decode(joined), expected === INVALID_REVISION ? undefined : expected)
      }),
    )
  })

  it('takes up to 11 characters', () => {
    assert.equal(decode('-'.repeat(11)), 0n)
    assert.equal(decode('-'.repeat(12)), undefined)
  })

  it('loses the top two of 66 bits, and refuses what is then the error value', () => {
    assert.equal(decode('8---------_'), decode('M---------_'))
    assert.equal(decode('d9999999999'), undefined)
  })
})
