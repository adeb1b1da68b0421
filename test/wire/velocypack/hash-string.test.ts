import assert from 'node:assert/strict'
import fc from 'fast-check'
import { joinLanes } from '../../../lib/values/index.js'
import { hashVelocyPackString, VelocyPackBuilder } from '../../../lib/wire/index.js'
import { xxHash64 } from '../../../lib/wire/velocypack/xxhash64.js'

/* Values that VelocyPack's own tests tell (tests/testsSlice.cpp, built with xxhash). */
const ROWS: readonly (readonly [string, bigint])[] = [
  ['', 1450600894602296270n],
  ['123456', 14855108345558666872n],
  ['this is a test string', 9531555437566788706n],
]

function hashOf(text: string): bigint {
  const out = { high: 0, low: 0 }
  hashVelocyPackString(text, out)
  return joinLanes(out)
}

/** The hash of the bytes that the builder makes of the text. */
function hashOfBuilt(text: string): bigint {
  const builder = new VelocyPackBuilder()
  builder.addString(text)
  const bytes = Buffer.from(builder.built())
  const out = { high: 0, low: 0 }
  xxHash64(bytes, bytes.length, 0xdeadbeef, out)
  return joinLanes(out)
}

describe('hashVelocyPackString', () => {
  for (const [text, expected] of ROWS) {
    it(`hashVelocyPackString() gives VelocyPack's value of ${JSON.stringify(text)}`, () => {
      assert.equal(hashOf(text), expected)
    })
  }

  it('hashVelocyPackString() hashes the binary value, its head of either length included', () => {
    for (const text of ['k'.repeat(126), 'k'.repeat(127), 'ä'.repeat(63), 'ä'.repeat(64)]) {
      assert.equal(hashOf(text), hashOfBuilt(text), `${Buffer.byteLength(text)} bytes`)
    }
  })

  it('hashVelocyPackString() hashes texts of any characters and lengths', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        assert.equal(hashOf(text), hashOfBuilt(text))
      }),
      { numRuns: 50 },
    )
  })
})
