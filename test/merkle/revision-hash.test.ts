import assert from 'node:assert/strict'
import fc from 'fast-check'
import { hashRevision } from '../../lib/merkle/index.js'
import { joinLanes } from '../../lib/values/index.js'
import { describeWithShared, readSharedJson } from '../support/shared.js'

function hash(value: bigint): bigint {
  const lanes = { high: Number(value >> 32n), low: Number(value & 0xffffffffn) }
  hashRevision(lanes, lanes)
  return joinLanes(lanes)
}

/** FNV-1a as its definition reads, one byte after the other. */
function hashByDefinition(value: bigint): bigint {
  let result = 0xcbf29ce484222325n
  for (let index = 0n; index < 8n; index += 1n) {
    const byte = (value >> (8n * index)) & 0xffn
    result = BigInt.asUintN(64, (result ^ byte) * 0x100000001b3n)
  }
  return result
}

describe('hashRevision()', () => {
  it('is FNV-1a 64 over the little-endian bytes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        assert.equal(hash(value), hashByDefinition(value))
      }),
    )
  })
})

describeWithShared('hashRevision() against the vectors', () => {
  it('gives the hash of every pair', () => {
    const { pairs } = readSharedJson('vectors/merkle/fnv.json') as { pairs: [string, string][] }
    assert.ok(pairs.length > 10)
    for (const [value, expected] of pairs) assert.equal(hash(BigInt(value)), BigInt(expected))
  })
})
