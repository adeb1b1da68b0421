import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  planArray,
  planObject,
  writeCompoundHead,
  type CompoundPlan,
} from '../../../lib/wire/velocypack/compound-plan.js'
import { VelocyPackError } from '../../../lib/wire/velocypack/velocypack-error.js'
import { toHex } from './hex.js'

function headOf(plan: CompoundPlan): string {
  const bytes = Buffer.alloc(plan.itemsStart + 1, 0xaa)
  writeCompoundHead(plan, bytes, 0)
  assert.equal(bytes[plan.itemsStart], 0xaa, 'nothing is written where the items are')
  return toHex(bytes.subarray(0, -1))
}

describe('planArray()', () => {
  const ROWS: readonly (readonly [count: number, itemsBytes: number, head: string])[] = [
    [1, 1, '02 03'],
    [253, 253, '02 ff'],
    [254, 254, '03 07 01 00 00 00 00 00 00'],
    [1, 65_526, '03 ff ff 00 00 00 00 00 00'],
    [1, 65_527, '04 00 00 01 00 00 00 00 00'],
    [1, 4_294_967_286, '04 ff ff ff ff 00 00 00 00'],
  ]
  for (const [count, itemsBytes, head] of ROWS) {
    it(`gives ${count} items of one length and ${itemsBytes} bytes no table`, () => {
      const plan = planArray(count, itemsBytes, true)
      assert.equal(headOf(plan), head)
      assert.equal(plan.tableWidth, 0)
      assert.equal(plan.byteLength, plan.itemsStart + itemsBytes)
    })
  }

  const INDEXED: readonly (readonly [count: number, itemsBytes: number, head: string])[] = [
    [2, 3, '06 08 02'],
    [2, 250, '06 ff 02'],
    [2, 251, '07 08 01 02 00 00 00 00 00'],
    [2, 65_522, '07 ff ff 02 00 00 00 00 00'],
    [2, 65_523, '08 04 00 01 00 02 00 00 00'],
    [300, 4_294_966_086, '08 ff ff ff ff 2c 01 00 00'],
  ]
  for (const [count, itemsBytes, head] of INDEXED) {
    it(`gives ${count} items of different lengths and ${itemsBytes} bytes a table`, () => {
      const plan = planArray(count, itemsBytes, false)
      assert.equal(headOf(plan), head)
      assert.equal(plan.byteLength, plan.itemsStart + itemsBytes + count * plan.tableWidth)
    })
  }

  it('refuses what does not fit in 4 GiB', () => {
    assert.throws(() => planArray(1, 4_294_967_287, true), {
      code: 'ERR_VELOCYPACK',
      message: 'Cannot write VelocyPack at byte 0: a value does not fit in 4 GiB',
    })
    assert.throws(() => planArray(300, 4_294_966_087, false), VelocyPackError)
    assert.throws(() => planObject(2, 2 ** 32), VelocyPackError)
  })
})

describe('planObject()', () => {
  it('gives many attributes a sorted table', () => {
    assert.equal(headOf(planObject(2, 6)), '0b 0b 02')
    assert.equal(headOf(planObject(2, 250)), '0b ff 02')
    assert.equal(headOf(planObject(2, 251)), '0c 08 01 02 00 00 00 00 00')
    assert.equal(headOf(planObject(2, 65_523)), '0d 04 00 01 00 02 00 00 00')
  })

  it('makes an object of one attribute compact, with a length that counts itself', () => {
    assert.equal(headOf(planObject(1, 3)), '14 06')
    assert.equal(headOf(planObject(1, 124)), '14 7f')
    // One byte more makes the length a byte longer, too.
    assert.equal(headOf(planObject(1, 125)), '14 81 01')
    assert.equal(headOf(planObject(1, 16_379)), '14 ff 7f')
    assert.equal(headOf(planObject(1, 16_380)), '14 81 80 01')
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 ** 40 }), (itemsBytes) => {
        const plan = planObject(1, itemsBytes)
        assert.equal(plan.byteLength, plan.itemsStart + itemsBytes + 1)
        const width = plan.itemsStart - 1
        assert.ok(plan.byteLength < 128 ** width)
        assert.ok(width === 1 || plan.byteLength - 1 >= 128 ** (width - 1))
      }),
    )
  })
})
