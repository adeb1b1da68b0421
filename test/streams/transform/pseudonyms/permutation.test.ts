import assert from 'node:assert/strict'
import fc from 'fast-check'
import { KeyedHash } from '../../../../lib/streams/transform/pseudonyms/keyed-hash.js'
import { permute } from '../../../../lib/streams/transform/pseudonyms/permutation.js'
import {
  preserveInteger,
  preserveText,
} from '../../../../lib/streams/transform/pseudonyms/preserve-form.js'

const KEY = Buffer.from('0123456789abcdef0123456789abcdef')
const HASH = new KeyedHash(KEY, ['test'])
const OTHER = new KeyedHash(KEY, ['other'])

describe('permute()', () => {
  it('gives each number of a small range once', () => {
    for (const count of [1, 2, 3, 4, 5, 7, 10, 11, 16, 26, 99, 100]) {
      const round = HASH.roundFunction(String(count))
      const seen = new Set<bigint>()
      for (let value = 0; value < count; value += 1) {
        const permuted = permute(BigInt(value), BigInt(count), round)
        assert.ok(permuted >= 0n && permuted < BigInt(count))
        seen.add(permuted)
      }
      assert.equal(seen.size, count)
    }
  })

  it('can be turned back for ranges of any size', () => {
    const counts = fc.bigInt(2n, 10n ** 60n)
    fc.assert(
      fc.property(counts, fc.bigInt(0n, 10n ** 60n), fc.bigInt(0n, 10n ** 60n), (count, a, b) => {
        const round = HASH.roundFunction('')
        const [first, second] = [a % count, b % count]
        const [one, two] = [permute(first, count, round), permute(second, count, round)]
        assert.ok(one >= 0n && one < count)
        assert.equal(first === second, one === two)
      }),
    )
  })

  it('spreads a value over the range', () => {
    // Under 256 keys the number 0 comes to be each of ten about as often.
    const counts = new Array<number>(10).fill(0)
    for (let key = 0; key < 400; key += 1) {
      const round = new KeyedHash(KEY, [String(key)]).roundFunction('')
      const permuted = Number(permute(0n, 10n, round))
      counts[permuted] = (counts[permuted] as number) + 1
    }
    for (const count of counts) assert.ok(count > 15 && count < 75, String(counts))
  })

  it('takes rounds that add nothing as they are', () => {
    assert.equal(
      permute(7n, 10n, () => 0n),
      7n,
    )
    assert.equal(
      permute(0n, 1n, () => 5n),
      0n,
    )
  })
})

describe('preserveText()', () => {
  /** The kind of each character, as it has to stay. */
  const formOf = (text: string): string =>
    text
      .replace(/\d/g, '0')
      .replace(/[A-Z]/g, 'A')
      .replace(/[a-z]/g, 'a')
      .replace(/[äöüéèß]/g, 'ä')
      .replace(/[ÄÖÜÉÈ]/g, 'Ä')

  it('keeps digits digits, letters letters, and all else', () => {
    const texts = fc.stringMatching(/^[-A-Za-z0-9 _:.@/+]{0,40}$/)
    fc.assert(
      fc.property(texts, (text) => {
        const pseudonym = preserveText(text, HASH)
        assert.equal(formOf(pseudonym), formOf(text))
        assert.equal(preserveText(text, HASH), pseudonym)
      }),
    )
  })

  it('keeps two texts apart', () => {
    const seen = new Set<string>()
    for (let number = 0; number < 1000; number += 1) {
      seen.add(preserveText(`k-${String(number).padStart(3, '0')}`, HASH))
    }
    assert.equal(seen.size, 1000)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        assert.equal(a === b, preserveText(a, HASH) === preserveText(b, HASH))
      }),
    )
  })

  it('replaces letters of other alphabets by others of the same row', () => {
    const pseudonym = preserveText('Jürgen Grüßle, Ελένη, Иван, 漢字, ٣٤, 😀', HASH)
    const form =
      /^[A-Z]\p{Ll}[a-z]{4} [A-Z][a-z]\p{Ll}{2}[a-z]{2}, \p{Lu}\p{Ll}{4}, \p{Lu}\p{Ll}{3}, \p{Lo}{2}, \p{Nd}{2}, 😀$/u
    assert.match(pseudonym, form)
    for (const word of ['Jürgen', 'Grüßle', 'Ελένη', 'Иван', '漢字', '٣٤']) {
      assert.ok(!pseudonym.includes(word), pseudonym)
    }
    assert.equal(
      Buffer.byteLength(pseudonym),
      Buffer.byteLength('Jürgen Grüßle, Ελένη, Иван, 漢字, ٣٤, 😀'),
    )
  })

  it('gives others in another domain, and for another form', () => {
    assert.notEqual(preserveText('1234567890', HASH), preserveText('1234567890', OTHER))
    const [one, two] = [preserveText('123456789-', HASH), preserveText('123456789+', HASH)]
    assert.notEqual(one.slice(0, -1), two.slice(0, -1))
  })

  it('leaves what has no letter and no digit', () => {
    for (const text of ['', '--', '\ud800', ' \n']) assert.equal(preserveText(text, HASH), text)
  })
})

describe('preserveText(), long texts', () => {
  it('keeps the form of them', () => {
    const text = 'Long Text 12, '.repeat(300)
    const pseudonym = preserveText(text, HASH)
    assert.notEqual(pseudonym, text)
    assert.match(pseudonym, /^(?:[A-Z][a-z]{3} [A-Z][a-z]{3} \d\d, ){300}$/)
    assert.notEqual(preserveText(`${text}x`, HASH).slice(0, -1), pseudonym)
  })

  it('refuses those that would take for ever', () => {
    assert.throws(() => preserveText('x'.repeat(65_537), HASH), {
      message: 'Cannot keep the form of a text of more than 65536 characters',
    })
  })
})

describe('preserveInteger()', () => {
  it('keeps the number of digits and the sign, and numbers apart', () => {
    const lengthOf = (value: number | bigint): number => String(value).replace('-', '').length
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        const pseudonym = preserveInteger(a, HASH)
        assert.ok(Number.isSafeInteger(pseudonym))
        assert.equal(lengthOf(pseudonym), lengthOf(a))
        assert.equal(Number(pseudonym) < 0, a < 0)
        assert.equal(Object.is(a, b) || a === b, pseudonym === preserveInteger(b, HASH))
      }),
    )
  })

  it('gives each number of one and of two digits once', () => {
    for (const [first, last] of [
      [-9, -1],
      [0, 9],
      [10, 99],
      [-99, -10],
    ] as const) {
      const seen = new Set<unknown>()
      for (let value = first; value <= last; value += 1) {
        const pseudonym = preserveInteger(value, HASH) as number
        assert.ok(pseudonym >= first && pseudonym <= last)
        seen.add(pseudonym)
      }
      assert.equal(seen.size, last - first + 1)
    }
  })

  it('keeps those apart that JavaScript holds and those that it does not', () => {
    const limit = BigInt(Number.MAX_SAFE_INTEGER)
    for (const value of [limit + 1n, limit + 2n, 10n ** 16n - 1n, 10n ** 30n, -(10n ** 16n)]) {
      const pseudonym = preserveInteger(value, HASH) as bigint
      assert.equal(typeof pseudonym, 'bigint')
      assert.equal(String(pseudonym).length, String(value).length)
      assert.ok(pseudonym > limit || pseudonym < -limit)
    }
    assert.ok(Number.isSafeInteger(preserveInteger(Number.MAX_SAFE_INTEGER, HASH)))
  })
})
