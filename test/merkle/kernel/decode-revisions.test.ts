import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeRevision } from '../../../lib/values/index.js'
import { createRandom } from '../../../lib/cli/demo/random.js'
import { describeKernels, KERNELS } from '../../support/kernels.js'

const ALPHABET = '-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const CHARACTERS = Array.from(ALPHABET)
const TEXT_BYTES = 11
const UNTOUCHED = 77n
const anyText = fc.string({
  unit: fc.constantFrom(...CHARACTERS),
  minLength: TEXT_BYTES,
  maxLength: TEXT_BYTES,
})

describeKernels('TreeKernel.decodeRevisions()', (kernel) => {
  function decode(bytes: Uint8Array, room = Math.ceil(bytes.length / TEXT_BYTES)): bigint[] {
    const revisions = new BigUint64Array(room).fill(UNTOUCHED)
    const count = kernel.decodeRevisions(bytes, revisions)
    assert.ok(revisions.subarray(count).every((value) => value === UNTOUCHED))
    return [...revisions.subarray(0, count)]
  }

  it('decodes each text as decodeRevision() does', () => {
    fc.assert(
      fc.property(fc.array(anyText), (texts) => {
        assert.deepEqual(decode(Buffer.from(texts.join(''))), texts.map(decodeRevision))
      }),
    )
  })

  it('knows the value of every character in every place', () => {
    for (let place = 0; place < TEXT_BYTES; place += 1) {
      const texts = CHARACTERS.map((character) =>
        character.padStart(place + 1, '-').padEnd(TEXT_BYTES, '-'),
      )
      assert.deepEqual(decode(Buffer.from(texts.join(''))), texts.map(decodeRevision))
    }
  })

  it('loses the two bits beyond 64, and gives 0 and the largest number', () => {
    const texts = ['99999999999', 'N9999999999', 'E----------', '-----------', '1----------']
    const decoded = decode(Buffer.from(texts.join('')))
    const expected = [2n ** 64n - 1n, 2n ** 64n - 1n, 6n << 60n, 0n, BigInt.asUintN(64, 55n << 60n)]
    assert.deepEqual(decoded, expected)
  })

  it('takes digits for base 64, never for a decimal', () => {
    assert.deepEqual(decode(Buffer.from('12345678901')), [decodeRevision('12345678901')])
  })

  it('stops at the first text with a foreign byte, wherever it is', () => {
    const whole = Buffer.from('_fMzozz2---'.repeat(3))
    const value = decodeRevision('_fMzozz2---')
    for (let offset = 0; offset < whole.length; offset += 1) {
      for (let byte = 0; byte < 256; byte += 1) {
        const bytes = Buffer.from(whole)
        bytes[offset] = byte
        const isForeign = !ALPHABET.includes(String.fromCharCode(byte))
        const expected = isForeign ? Math.floor(offset / TEXT_BYTES) : 3
        const decoded = decode(bytes)
        assert.equal(decoded.length, expected, `byte ${byte} at ${offset}`)
        if (isForeign) assert.ok(decoded.every((revision) => revision === value))
      }
    }
  })

  it('decodes more than a block, and finds the bad text behind it', () => {
    const bytes = Buffer.from('_fMzozz2--A'.repeat(5000))
    assert.equal(decode(bytes).length, 5000)
    bytes[4321 * TEXT_BYTES + 10] = 0x21
    assert.equal(decode(bytes).length, 4321)
  })

  it('reads a view of a larger buffer, and leaves what there is no text for', () => {
    const bytes = Buffer.from('!_fMzozz2---!')
    assert.deepEqual(decode(bytes.subarray(1, 12), 3), [decodeRevision('_fMzozz2---')])
    assert.deepEqual(decode(Buffer.alloc(0), 1), [])
  })

  it('refuses pieces of texts, and more than there is room for', () => {
    const refused = { name: 'RangeError', message: /^Cannot decode 22 bytes: / }
    assert.throws(() => decode(Buffer.alloc(22), 1), refused)
    assert.throws(() => decode(Buffer.alloc(12), 2), { name: 'RangeError' })
  })
})

describe('TreeKernel.decodeRevisions()', () => {
  it('gives the same for random bytes in both kernels', () => {
    const random = createRandom(2)
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.alloc(TEXT_BYTES * 16)
      for (let offset = 0; offset < bytes.length; offset += 1) {
        bytes[offset] = ALPHABET.charCodeAt(random.below(64))
      }
      if (random.below(2) === 0) bytes[random.below(bytes.length)] = random.below(256)
      const [ofReference, ofWasm] = KERNELS.map((kernel) => {
        const revisions = new BigUint64Array(16)
        return [kernel.decodeRevisions(bytes, revisions), ...revisions]
      })
      assert.deepEqual(ofReference, ofWasm)
    }
  })
})
