import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SliceArray, VelocyPackWriter } from '../../../lib/wire/index.js'

function pack(value: unknown): Buffer {
  return Buffer.from(new VelocyPackWriter().write(Buffer.from(JSON.stringify(value))))
}

function gather(values: readonly unknown[]): Buffer {
  const array = new SliceArray()
  for (const value of values) array.add(pack(value))
  return Buffer.concat(array.toBlocks())
}

describe('SliceArray', () => {
  it('is the array that the writer makes of the same values', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 40 }), (values) => {
        assert.deepEqual(gather(values), pack(values))
      }),
    )
  })

  const rows: readonly (readonly [string, readonly unknown[]])[] = [
    ['no values', []],
    ['values of one length', [1, 2, 3]],
    ['values of several lengths', [1, 'two', {}]],
    ['more than 255 bytes', ['x'.repeat(200), 'y'.repeat(100)]],
    ['more than 65,535 bytes', ['x'.repeat(60_000), 'y'.repeat(6000), 1]],
    ['values longer than a block', ['x'.repeat(400_000), 'y'.repeat(300_000), 'z']],
  ]
  for (const [what, values] of rows) {
    it(`holds ${what}`, () => {
      assert.deepEqual(gather(values), pack(values))
    })
  }

  it('counts what it holds, and copies it', () => {
    const array = new SliceArray()
    const slice = pack('abc')
    array.add(slice)
    slice.fill(0)
    assert.deepEqual([array.count, array.itemsBytes], [1, 4])
    assert.deepEqual(Buffer.concat(array.toBlocks()), pack(['abc']))
  })
})
