import assert from 'node:assert/strict'
import { joinLanes } from '../../../lib/values/index.js'
import { hashVelocyPackString, KeysHash } from '../../../lib/wire/index.js'

function hashOf(text: string): bigint {
  const out = { high: 0, low: 0 }
  hashVelocyPackString(text, out)
  return joinLanes(out)
}

describe('KeysHash', () => {
  it('KeysHash.value begins with 0x012345678', () => {
    assert.equal(new KeysHash().value, 0x12345678n)
  })

  it('KeysHash.add() mixes the hashes of the key and of the revision in', () => {
    const hash = new KeysHash()
    hash.add('123456', '_fMzozz2---')
    assert.equal(hash.value, 0x12345678n ^ 14855108345558666872n ^ hashOf('_fMzozz2---'))
  })

  it('KeysHash.add() does not care for the order, and twice the same is nothing', () => {
    const one = new KeysHash()
    const other = new KeysHash()
    for (const key of ['a', 'b', 'c']) one.add(key, '1')
    for (const key of ['c', 'a', 'b', 'x', 'x']) other.add(key, '1')
    assert.notEqual(one.value, new KeysHash().value)
    assert.equal(other.value, one.value)
  })
})
