import assert from 'node:assert/strict'
import fc from 'fast-check'
import { joinLanes } from '../../../lib/values/index.js'
import { xxHash64 } from '../../../lib/wire/velocypack/xxhash64.js'

/* Values that implementations of XXH64 publish for texts and the seed 0. */
const ROWS: readonly (readonly [string, bigint])[] = [
  ['', 0xef46db3751d8e999n],
  ['abc', 0x44bc2cf5ad770999n],
  ['Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n],
]

const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value)
const rotate = (value: bigint, bits: bigint): bigint =>
  wrap(value << bits) | (wrap(value) >> (64n - bits))
const round = (accumulator: bigint, word: bigint): bigint =>
  wrap(rotate(wrap(accumulator + word * P2), 31n) * P1)

/** The specification word by word, in bigints. */
function hashSlowly(bytes: Buffer, seed: bigint): bigint {
  let offset = 0
  let hash = wrap(seed + P5)
  if (bytes.length >= 32) {
    const lanes = [wrap(seed + P1 + P2), wrap(seed + P2), seed, wrap(seed - P1)]
    for (; offset + 32 <= bytes.length; offset += 32) {
      for (let lane = 0; lane < 4; lane += 1) {
        lanes[lane] = round(lanes[lane] ?? 0n, bytes.readBigUInt64LE(offset + 8 * lane))
      }
    }
    const bits = [1n, 7n, 12n, 18n]
    hash = wrap(lanes.reduce((sum, lane, index) => sum + rotate(lane, bits[index] ?? 0n), 0n))
    for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * P1 + P4)
  }
  return finish(hashTail(wrap(hash + BigInt(bytes.length)), bytes.subarray(offset)))
}

function hashTail(start: bigint, bytes: Buffer): bigint {
  let hash = start
  let offset = 0
  for (; offset + 8 <= bytes.length; offset += 8) {
    hash = wrap(rotate(hash ^ round(0n, bytes.readBigUInt64LE(offset)), 27n) * P1 + P4)
  }
  if (offset + 4 <= bytes.length) {
    const word = wrap(BigInt(bytes.readUInt32LE(offset)) * P1)
    hash = wrap(rotate(hash ^ word, 23n) * P2 + P3)
    offset += 4
  }
  for (const byte of bytes.subarray(offset)) {
    hash = wrap(rotate(hash ^ wrap(BigInt(byte) * P5), 11n) * P1)
  }
  return hash
}

function finish(hash: bigint): bigint {
  const first = wrap((hash ^ (hash >> 33n)) * P2)
  const second = wrap((first ^ (first >> 29n)) * P3)
  return second ^ (second >> 32n)
}

function hashOf(bytes: Buffer, seed: number): bigint {
  const out = { high: 0, low: 0 }
  xxHash64(bytes, bytes.length, seed, out)
  return joinLanes(out)
}

describe('xxHash64', () => {
  for (const [text, expected] of ROWS) {
    it(`xxHash64() gives the published value of ${JSON.stringify(text)}`, () => {
      assert.equal(hashOf(Buffer.from(text), 0), expected)
    })
  }

  it('xxHash64() is the specification for bytes of every length and every seed', () => {
    const bytes = fc.uint8Array({ maxLength: 150 }).map((array) => Buffer.from(array))
    const seed = fc.integer({ min: 0, max: 0xffff_ffff })
    fc.assert(
      fc.property(bytes, seed, (given, start) => {
        assert.equal(hashOf(given, start), hashSlowly(given, BigInt(start)))
      }),
    )
  })

  it('xxHash64() carries in every multiplication of words with all bits set', () => {
    for (let length = 0; length < 80; length += 1) {
      const bytes = Buffer.alloc(length, 0xff)
      assert.equal(hashOf(bytes, 0xffff_ffff), hashSlowly(bytes, 0xffff_ffffn), `${length} bytes`)
    }
  })

  it('xxHash64() leaves out what follows the end', () => {
    const out = { high: 0, low: 0 }
    xxHash64(Buffer.from('abcdef'), 3, 0, out)
    assert.equal(joinLanes(out), 0x44bc2cf5ad770999n)
  })
})
