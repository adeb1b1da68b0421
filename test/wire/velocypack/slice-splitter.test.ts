import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SliceSplitter } from '../../../lib/wire/velocypack/slice-splitter.js'
import { VelocyPackError } from '../../../lib/wire/velocypack/velocypack-error.js'
import { hex, times, toHex } from './hex.js'

const TEXT_200 = `bf c8 00 00 00 00 00 00 00 ${times(200, '61')}`

/** One of each kind of header. */
const VALUES = [
  '18',
  '02 05 31 32 33',
  '0b 14 02 31 43 61 22 62 33 f3 07 00 00 00 00 00 00 00 08 03',
  `05 0c ${times(7, '00')} 31 32 33`,
  TEXT_200,
  '14 06 41 61 31 01',
  `13 87 01 ${times(130, '30')} 01 82`,
  'c1 02 00 ab cd',
  'd0 01 00 00 00 00 12',
  'ff 01 00 00 00 00 00 00 00 ab',
  '01',
  '1b 00 00 00 00 00 00 f8 3f',
].map(hex)
const STREAM = Buffer.concat(VALUES)

/** All values of pieces, as text; the pieces are overwritten when the splitter is done with them. */
function split(pieces: readonly Buffer[], splitter = new SliceSplitter()): string[] {
  const values: string[] = []
  for (const piece of pieces) {
    const own = Buffer.from(piece)
    for (const value of splitter.split(own)) values.push(toHex(value))
    own.fill(0xff)
  }
  splitter.finish()
  return values
}

function cutAt(bytes: Buffer, offsets: readonly number[]): Buffer[] {
  const ends = [...offsets].sort((a, b) => a - b).concat(bytes.length)
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end))
}

describe('SliceSplitter', () => {
  it('gives the values of one piece as views of it', () => {
    const values = [...new SliceSplitter().split(STREAM)]
    assert.deepEqual(values.map(toHex), VALUES.map(toHex))
    for (const value of values) assert.equal(value.buffer, STREAM.buffer)
  })

  it('gives the same values however the bytes are cut', () => {
    const offsets = fc.array(fc.integer({ min: 0, max: STREAM.length }), { maxLength: 30 })
    fc.assert(
      fc.property(offsets, (cuts) => {
        assert.deepEqual(split(cutAt(STREAM, cuts)), VALUES.map(toHex))
      }),
    )
  })

  it('gives the same values byte by byte', () => {
    const bytes = Array.from(STREAM, (byte) => Buffer.of(byte))
    assert.deepEqual(split(bytes), VALUES.map(toHex))
  })

  it('gives a value as soon as its last byte has come', () => {
    const splitter = new SliceSplitter()
    const value = hex(TEXT_200)
    assert.equal([...splitter.split(value.subarray(0, 100))].length, 0)
    assert.equal([...splitter.split(value.subarray(100, 208))].length, 0)
    assert.deepEqual([...splitter.split(value.subarray(208))], [value])
  })

  it('takes an empty stream, and empty pieces', () => {
    assert.deepEqual(split([]), [])
    assert.deepEqual(split([Buffer.alloc(0), hex('02'), Buffer.alloc(0), hex('03 31')]), [
      '02 03 31',
    ])
  })

  it('refuses a stream that ends inside a value', () => {
    for (const [cut, position] of [
      ['02 05 31', 3],
      ['bf', 1],
      ['30 31 02', 3],
      ['30 13 80', 3],
    ] as const) {
      assert.throws(() => split([hex(cut)]), {
        code: 'ERR_VELOCYPACK',
        offset: position,
        reason: 'the bytes end inside a value',
      })
    }
  })

  it('names the byte of the stream at which no value begins', () => {
    const pieces = [hex('02 05 31 32'), hex('33 30 02 03 31 1d')]
    assert.throws(() => split(pieces), {
      code: 'ERR_VELOCYPACK',
      offset: 9,
      message: /^Cannot read VelocyPack at byte 9: external values /,
    })
    const short = [hex('02 05 31 32 33 02'), hex('00')]
    assert.throws(() => split(short), { offset: 5, reason: 'the length is less than the header' })
    assert.throws(() => split([hex('30 00')]), { offset: 1 })
  })

  it('gives the values before the one that is refused', () => {
    const seen: Buffer[] = []
    assert.throws(() => {
      for (const value of new SliceSplitter().split(hex('31 32 00'))) seen.push(value)
    }, VelocyPackError)
    assert.deepEqual(seen.map(toHex), ['31', '32'])
  })

  it('refuses a value over the limit before its bytes come', () => {
    assert.deepEqual(split([STREAM], new SliceSplitter(209)), VALUES.map(toHex))
    assert.throws(() => split([STREAM], new SliceSplitter(208)), {
      code: 'ERR_VELOCYPACK',
      offset: 38,
      reason: 'a value of 209 bytes is longer than the limit of 208',
    })
    const header = hex('04 01 00 00 04 30')
    assert.throws(() => [...new SliceSplitter().split(header)], {
      reason: 'a value of 67108865 bytes is longer than the limit of 67108864',
    })
    const pieces = Array.from(header, (byte) => Buffer.of(byte))
    assert.throws(() => split(pieces), VelocyPackError)
    assert.throws(() => split([hex(`bf ${times(8, 'ff')}`)]), VelocyPackError)
  })

  it('takes no memory for what a header claims', () => {
    const before = process.memoryUsage().arrayBuffers
    const splitters = Array.from({ length: 50 }, () => {
      const splitter = new SliceSplitter()
      assert.equal([...splitter.split(hex('04 00 00 00 04 30'))].length, 0)
      return splitter
    })
    const grownBytes = process.memoryUsage().arrayBuffers - before
    assert.ok(grownBytes < 2 ** 20, `${grownBytes} bytes`)
    assert.throws(() => {
      splitters[0]?.finish()
    }, VelocyPackError)
  })
})
