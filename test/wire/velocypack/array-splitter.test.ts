import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SliceArray, VelocyPackWriter } from '../../../lib/wire/index.js'
import { ArraySplitter } from '../../../lib/wire/velocypack/array-splitter.js'
import { VelocyPackError } from '../../../lib/wire/velocypack/velocypack-error.js'
import { hex, times, toHex } from './hex.js'

const TEXT_200 = `bf c8 00 00 00 00 00 00 00 ${times(200, '61')}`

/** One of each layout, and the items in it. */
const ROWS: readonly (readonly [string, string, readonly string[]])[] = [
  ['empty', '01', []],
  ['plain', '02 05 31 32 33', ['31', '32', '33']],
  ['plain with a gap', `02 0b ${times(7, '00')} 31 32`, ['31', '32']],
  ['plain with lengths of 8 bytes', `05 0b ${times(7, '00')} 31 32`, ['31', '32']],
]

/** Layouts whose bytes follow from others: their texts would say nothing. */
function layouts(): readonly (readonly [string, Buffer, readonly string[]])[] {
  const rows = ROWS.map(
    ([name, text, items]) => [name, hex(text), items.map((item) => toHex(hex(item)))] as const,
  )
  const mixed = [1, 'two', { three: [4] }, 'x'.repeat(150)]
  const built = [mixed.slice(0, 3), mixed, [...mixed, 'y'.repeat(70_000)]].map((values, index) => {
    const slices = values.map(pack)
    const name = `indexed with ${['1', '2', '4'][index] ?? ''} bytes`
    return [name, gather(slices), slices.map(toHex)] as const
  })
  const compact = [[hex('31')], slicesOf(mixed), Array.from({ length: 200 }, () => hex('30'))].map(
    (slices) => [`compact of ${slices.length}`, compactOf(slices), slices.map(toHex)] as const,
  )
  return [...rows, ...built, ...compact]
}

function pack(value: unknown): Buffer {
  return Buffer.from(new VelocyPackWriter().write(Buffer.from(JSON.stringify(value))))
}

function slicesOf(values: readonly unknown[]): Buffer[] {
  return values.map(pack)
}

function gather(slices: readonly Buffer[]): Buffer {
  const array = new SliceArray()
  for (const slice of slices) array.add(slice)
  return Buffer.concat(array.toBlocks())
}

/** A number in groups of 7 bits, the lowest first. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
}

function compactOf(slices: readonly Buffer[]): Buffer {
  const count = varint(slices.length).reverse()
  const itemsBytes = Buffer.concat(slices).length
  let length = 2 + itemsBytes + count.length
  while (1 + varint(length).length + itemsBytes + count.length !== length) length += 1
  return Buffer.concat([Buffer.of(0x13, ...varint(length)), ...slices, Buffer.of(...count)])
}

/** All items of pieces, as text; the pieces are overwritten when the splitter is done with them. */
function split(pieces: readonly Buffer[]): string[] {
  const splitter = new ArraySplitter()
  const items: string[] = []
  for (const piece of pieces) {
    const own = Buffer.from(piece)
    for (const item of splitter.split(own)) items.push(toHex(item))
    own.fill(0xff)
  }
  for (const item of splitter.finish()) items.push(toHex(item))
  return items
}

function cutAt(bytes: Buffer, offsets: readonly number[]): Buffer[] {
  const ends = [...offsets].sort((a, b) => a - b).concat(bytes.length)
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end))
}

describe('ArraySplitter', () => {
  for (const [name, bytes, items] of layouts()) {
    it(`gives the items of an array that is ${name}`, () => {
      assert.deepEqual(split([bytes]), items)
    })

    it(`gives the same items of an array that is ${name}, however it is cut`, () => {
      const offsets = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 })
      fc.assert(
        fc.property(offsets, (cuts) => {
          assert.deepEqual(split(cutAt(bytes, cuts)), items)
        }),
        { numRuns: 15 },
      )
      const ends = Array.from({ length: Math.min(bytes.length, 300) }, (_, index) => index)
      assert.deepEqual(split(cutAt(bytes, ends)), items)
    })
  }

  it('gives what the writer puts into an array, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 30 }), (values) => {
        assert.deepEqual(split([pack(values)]), slicesOf(values).map(toHex))
      }),
    )
  })

  it('gives items as they come, and holds no more than one', () => {
    const bytes = gather(slicesOf(['a'.repeat(300), 'b'.repeat(300), 'c']))
    const splitter = new ArraySplitter()
    assert.equal([...splitter.split(bytes.subarray(0, 400))].length, 1)
    assert.equal(splitter.pendingBytes, 400 - 9 - 309)
    assert.equal([...splitter.split(bytes.subarray(400))].length, 2)
    assert.deepEqual([...splitter.finish()], [])
  })

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /does not end/],
    ['no array', '14 06 41 61 31 01', /no array/],
    ['what begins no value', '00', /no array/],
    ['half a header', '06 80', /does not end|too|less/],
    ['a length below the header', '02 01 31', /less than the header/],
    ['an array without items', '02 03 00', /no room/],
    ['more entries of the table than bytes', '06 06 09 31 32 33', /no room/],
    ['the half of an array', '02 05 31 32', /does not end/],
    ['half an item at the end', '02 05 31 31 42', /inside a value/],
    ['bytes behind it', '02 05 31 32 33 34', /after the end/],
    ['bytes behind an empty one', '01 01', /after the end/],
    ['fewer items than it says', `06 ${toHex(Buffer.of(3 + 2 + 3))} 03 31 32 03 04 05`, /says 3/],
    ['another number of items than it says', '13 05 31 32 03', /says 3 items and has 2/],
    ['a number of items without an end', `13 0c 31 ${times(9, 'ff')}`, /does not end/],
    ['lengths of 8 bytes', `09 20 ${times(7, '00')} ${times(23, '31')}`, /8 bytes/],
    ['an item that is none', '02 05 31 00 31', /no value/],
  ]
  for (const [what, text, reason] of refused) {
    it(`refuses ${what}, in one piece and byte by byte`, () => {
      const bytes = hex(text)
      for (const pieces of [[bytes], Array.from(bytes, (byte) => Buffer.of(byte))]) {
        assert.throws(
          () => split(pieces),
          (error) => error instanceof VelocyPackError && reason.test(error.message),
        )
      }
    })
  }

  it('holds little of what a header only claims', () => {
    const splitter = new ArraySplitter()
    const claims = hex('08 ff ff ff ff 01 00 00 00 bf 00 00 00 f0 00 00 00 00 61')
    assert.deepEqual([...splitter.split(claims)], [])
    assert.equal(splitter.pendingBytes, claims.length - 9)
  })

  it('reads a text of several blocks', () => {
    const bytes = gather([hex(TEXT_200), hex('31')])
    assert.deepEqual(split(cutAt(bytes, [20, 90, 150])), [toHex(hex(TEXT_200)), '31'])
  })
})
