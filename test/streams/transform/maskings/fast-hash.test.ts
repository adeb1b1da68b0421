import assert from 'node:assert/strict'
import fc from 'fast-check'
import { fastHash64, hashText } from '../../../../lib/streams/transform/maskings/fast-hash.js'

/*
 * Texts and hashes out of the documentation of ArangoDB 3.12 (arangodump, maskings). It does not tell
 * the seeds, but the algorithm can be turned back, and the examples of one page run have one seed.
 */
const FIRST_RUN = 13_904_078_798_087_883_240n
const SECOND_RUN = 5_581_924_963_483_168_667n

describe('fastHash64()', () => {
  const published: readonly (readonly [text: string, seed: bigint, hash: string])[] = [
    ['My Name', FIRST_RUN, '+y5OQiYmp/o='],
    ['Name One', FIRST_RUN, 'ihCTrlsKKdk='],
    ['Name Two', FIRST_RUN, 'yo/55hfla0U='],
    ['hello', SECOND_RUN, 'etxfOC+K0HM='],
    ['nested', SECOND_RUN, 'eCGe36xiRho='],
    ['Lorem ipsum sit dolor amet.', SECOND_RUN, 'G0czIlvaGw4='],
  ]
  for (const [text, seed, hash] of published) {
    it(`gives the published hash of "${text}"`, () => {
      assert.equal(hashText(Buffer.from(text), seed), hash)
    })
  }

  it('takes words of eight bytes, little-endian, and a tail of zeros', () => {
    const bytes = Buffer.from('0102030405060708090a', 'hex')
    const seed = 42n
    assert.equal(fastHash64(bytes, seed), expectedHash([0x0807060504030201n, 0x0a09n], 10n, seed))
    assert.equal(fastHash64(Buffer.alloc(0), seed), expectedHash([], 0n, seed))
  })

  it('stays within 64 bits and depends on every byte and on the seed', () => {
    const seeds = fc.bigInt(0n, 2n ** 64n - 1n)
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        seeds,
        fc.nat(),
        (array, seed, at) => {
          const bytes = Buffer.from(array)
          const hash = fastHash64(bytes, seed)
          assert.ok(hash >= 0n && hash < 2n ** 64n)
          assert.notEqual(fastHash64(bytes, seed ^ 1n), hash)
          const other = Buffer.from(bytes)
          other.writeUInt8((other[at % other.length] as number) ^ 1, at % other.length)
          assert.notEqual(fastHash64(other, seed), hash)
        },
      ),
    )
  })
})

/** The definition of the algorithm, step by step. */
function expectedHash(words: readonly bigint[], length: bigint, seed: bigint): bigint {
  const low = (value: bigint): bigint => value & (2n ** 64n - 1n)
  const mix = (value: bigint): bigint => {
    const first = value ^ (value >> 23n)
    const second = low(first * 0x2127599bf4325c37n)
    return second ^ (second >> 47n)
  }
  let hash = seed ^ low(length * 0x880355f21e6d1965n)
  for (const word of words) hash = low((hash ^ mix(word)) * 0x880355f21e6d1965n)
  return mix(hash)
}
