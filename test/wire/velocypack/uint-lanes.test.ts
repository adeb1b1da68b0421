import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  readUintLanes,
  uintLanesBytes,
  VelocyPackBuilder,
  writeUintLanes,
} from '../../../lib/wire/index.js'
import { hex, toHex } from './hex.js'

const lane = fc.oneof(fc.constantFrom(0, 1, 9, 10, 255, 256, 0xffffffff), fc.nat(0xffffffff))

describe('writeUintLanes()', () => {
  it('writes the bytes that the builder writes for the same number', () => {
    const builder = new VelocyPackBuilder()
    fc.assert(
      fc.property(lane, lane, (low, high) => {
        builder.clear()
        builder.addInteger((BigInt(high) << 32n) | BigInt(low))
        const bytes = Buffer.alloc(11, 0xaa)
        const end = writeUintLanes(bytes, 1, low, high)
        assert.equal(end, 1 + uintLanesBytes(low, high))
        assert.equal(toHex(bytes.subarray(1, end)), toHex(builder.built()))
        assert.equal(bytes[0], 0xaa)
        assert.equal(bytes[end], 0xaa)
      }),
    )
  })
})

describe('readUintLanes()', () => {
  it('reads back what was written, and where it ends', () => {
    fc.assert(
      fc.property(lane, lane, (low, high) => {
        const bytes = Buffer.alloc(11)
        const end = writeUintLanes(bytes, 1, low, high)
        const out = { low: -1, high: -1 }
        assert.equal(readUintLanes(bytes, 1, out), end)
        assert.deepEqual(out, { low, high })
      }),
    )
  })

  it('reads integers in more bytes than they need', () => {
    const out = { low: -1, high: -1 }
    assert.equal(readUintLanes(hex('28 05'), 0, out), 2)
    assert.deepEqual(out, { low: 5, high: 0 })
    assert.equal(readUintLanes(hex('2f 05 00 00 00 06 00 00 00'), 0, out), 9)
    assert.deepEqual(out, { low: 5, high: 6 })
    assert.equal(readUintLanes(hex('2c 05 00 00 00 06'), 0, out), 6)
    assert.deepEqual(out, { low: 5, high: 6 })
  })

  it('leaves alone what is no integer, or below zero', () => {
    const out = { low: 1, high: 2 }
    for (const value of ['3a', '3f', '20 05', '27 00 00 00 00 00 00 00 00', '40', '1a', '01']) {
      assert.equal(readUintLanes(hex(value), 0, out), -1, value)
    }
    assert.equal(readUintLanes(hex('1b 00 00 00 00 00 00 f0 3f'), 0, out), -1)
    assert.deepEqual(out, { low: 1, high: 2 })
  })
})
