import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  documentKeyCodec,
  DocumentKey,
  KEY_KEY_CODEC,
  KeyKey,
  tickCodec,
  TreeKey,
  treeKeyCodec,
} from '../../lib/store/row-keys.js'
import { lanesOf, u64 } from './support/u64.js'

describe('row keys', () => {
  const space = fc.integer({ min: 0, max: 0xffff_fffe })

  it('sort as space and revision do, and give the revision back', () => {
    const lanes = new Uint32Array(2)
    const codec = documentKeyCodec(lanes)
    const write = (owner: number, value: bigint): Buffer => {
      const bytes = Buffer.alloc(12)
      assert.equal(codec.writeKey(new DocumentKey().setRevision(owner, value), bytes, 0), 12)
      return bytes
    }
    fc.assert(
      fc.property(space, u64, space, u64, (a, left, b, right) => {
        const order = Buffer.compare(write(a, left), write(b, right))
        assert.equal(order, Math.sign(a - b) || Number(left > right) - Number(left < right))
        codec.readKey(write(a, left), 0, 12)
        assert.deepEqual([...lanes], [...lanesOf(left)])
      }),
    )
  })

  it('go to the next revision, and from the last one to the next space', () => {
    const at = (value: bigint): readonly number[] => {
      const { space, high, low } = new DocumentKey().setRevision(7, value).increment()
      return [space, high, low]
    }
    assert.deepEqual(at(0n), [7, 0, 1])
    assert.deepEqual(at(2n ** 32n - 1n), [7, 1, 0])
    assert.deepEqual(at(2n ** 64n - 1n), [8, 0, 0])
  })

  it('sort as space and page do, and give the page back', () => {
    const lanes = new Uint32Array(2)
    const codec = treeKeyCodec(lanes)
    const page = fc.nat({ max: 0xffff })
    const write = (owner: number, number: number): Buffer => {
      const bytes = Buffer.alloc(8)
      assert.equal(codec.writeKey(new TreeKey().set(owner, number), bytes, 1), 7)
      return bytes
    }
    fc.assert(
      fc.property(space, page, space, page, (a, left, b, right) => {
        const order = Buffer.compare(write(a, left), write(b, right))
        assert.equal(order, Math.sign(a - b || left - right))
        codec.readKey(write(a, left), 1, 7)
        assert.equal(lanes[0], left)
      }),
    )
  })

  it('hold keys', () => {
    const bytes = Buffer.from('xkeyx')
    const out = Buffer.alloc(20)
    const end = KEY_KEY_CODEC.writeKey(new KeyKey().set(258, bytes, 1, 4), out, 2)
    assert.equal(out.toString('hex', 2, end), '000001026b6579')
    assert.equal(String(KEY_KEY_CODEC.readKey(out, 2, end)), 'key')
  })

  it('sort as ticks do, and give the tick back', () => {
    const lanes = new Uint32Array(2)
    const codec = tickCodec(lanes)
    const write = (value: bigint): Buffer => {
      const bytes = Buffer.alloc(9)
      assert.equal(codec.writeKey(value, bytes, 1), 9)
      return bytes
    }
    fc.assert(
      fc.property(u64, u64, (left, right) => {
        const order = Buffer.compare(write(left), write(right))
        assert.equal(order, Number(left > right) - Number(left < right))
        codec.readKey(write(left), 1, 9)
        assert.deepEqual([...lanes], [...lanesOf(left)])
      }),
    )
  })
})
