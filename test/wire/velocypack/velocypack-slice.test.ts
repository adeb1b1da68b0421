import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  parseVelocyPack,
  type VelocyPackSlice,
} from '../../../lib/wire/velocypack/velocypack-slice.js'
import { VelocyPackWriter } from '../../../lib/wire/velocypack/velocypack-writer.js'
import { hex, times } from './hex.js'

function parse(bytes: string): VelocyPackSlice {
  return parseVelocyPack(hex(bytes))
}

function parseJson(json: string): VelocyPackSlice {
  return parseVelocyPack(Buffer.from(new VelocyPackWriter().write(Buffer.from(json))))
}

/** The JS value of a slice that came from JSON. */
function valueOf(slice: VelocyPackSlice): unknown {
  switch (slice.type) {
    case 'array':
      return Array.from(slice.items(), valueOf)
    case 'object':
      return Object.fromEntries(
        Array.from(slice.attributes(), ([name, value]) => [name, valueOf(value)]),
      )
    case 'text':
      return slice.toText()
    case 'boolean':
      return slice.toBoolean()
    case 'null':
      return null
    case 'integer':
      return Number(slice.toBigInt())
    default:
      return slice.toNumber()
  }
}

describe('VelocyPackSlice', () => {
  it('tells each type', () => {
    const types = [
      ['01', 'array'],
      ['02 03 31', 'array'],
      ['13 04 31 01', 'array'],
      ['0a', 'object'],
      ['0b 06 01 41 61 31', 'object'],
      ['14 06 41 61 31 01', 'object'],
      ['18', 'null'],
      ['19', 'boolean'],
      ['1a', 'boolean'],
      ['1b 00 00 00 00 00 00 00 00', 'double'],
      ['1c 00 00 00 00 00 00 00 00', 'date'],
      ['1e', 'minKey'],
      ['1f', 'maxKey'],
      ['20 80', 'integer'],
      ['28 ff', 'integer'],
      ['30', 'integer'],
      ['3a', 'integer'],
      ['40', 'text'],
      ['bf 00 00 00 00 00 00 00 00', 'text'],
      ['c0 00', 'binary'],
      ['c8 00 00 00 00 00', 'decimal'],
      ['d0 00 00 00 00 00', 'decimal'],
      ['f0 00', 'custom'],
      ['ff 00 00 00 00 00 00 00 00', 'custom'],
    ] as const
    for (const [bytes, type] of types) assert.equal(parse(bytes).type, type, bytes)
  })

  it('reads back what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (json) => {
        assert.deepEqual(valueOf(parseJson(json)), JSON.parse(json))
      }),
    )
  })

  it('gives integers exactly, as bigint or as number', () => {
    assert.equal(parse('2f ff ff ff ff ff ff ff ff').toBigInt(), 2n ** 64n - 1n)
    assert.equal(parse('27 00 00 00 00 00 00 00 80').toBigInt(), -(2n ** 63n))
    assert.equal(parse('3a').toBigInt(), -6n)
    assert.equal(parse('2e ff ff ff ff ff ff 1f').toNumber(), Number.MAX_SAFE_INTEGER)
    assert.equal(parse('26 01 00 00 00 00 00 e0').toNumber(), Number.MIN_SAFE_INTEGER)
    assert.equal(parse('20 85').toNumber(), -123)
    assert.equal(parse('1b 00 00 00 00 00 00 f8 3f').toNumber(), 1.5)
    assert.throws(() => parse('2e 00 00 00 00 00 00 20').toNumber(), {
      code: 'ERR_VELOCYPACK',
      reason: 'no number holds the integer exactly',
    })
    assert.throws(() => parse('1b 00 00 00 00 00 00 f0 3f').toBigInt(), { code: 'ERR_VELOCYPACK' })
  })

  it('gives dates and binary data', () => {
    assert.equal(parse('1c ff ff ff ff ff ff ff ff').toMilliseconds(), -1n)
    assert.equal(parse('1c 00 00 00 00 00 00 00 80').toMilliseconds(), -(2n ** 63n))
    assert.deepEqual(parse('c0 02 ab cd').toBinary(), Buffer.of(0xab, 0xcd))
    assert.deepEqual(parse(`c7 01 ${times(7, '00')} 07`).toBinary(), Buffer.of(7))
  })

  it('finds attributes by their names', () => {
    const slice = parse('0b 0f 03 41 63 31 41 61 32 41 62 33 06 09 03')
    assert.equal(slice.get('a')?.toNumber(), 2)
    assert.equal(slice.get('b')?.toNumber(), 3)
    assert.equal(slice.get('c')?.toNumber(), 1)
    assert.equal(slice.get('d'), undefined)
    assert.equal(slice.get(''), undefined)
    assert.equal(parse('0a').get('a'), undefined)
  })

  it('finds attributes whatever the order of the index table is', () => {
    assert.equal(parse('0b 0b 02 41 61 31 41 62 32 06 03').get('a')?.toNumber(), 1)
    assert.equal(parse('0f 0b 02 41 61 31 41 62 32 06 03').get('b')?.toNumber(), 2)
  })

  it('finds attributes of compact objects, with long names, and with numbers as names', () => {
    assert.equal(parse('14 0a 41 61 31 41 62 28 10 02').get('b')?.toNumber(), 16)
    const name = 'ä'.repeat(100)
    assert.equal(parseJson(`{"x":{},"${name}":7}`).get(name)?.toNumber(), 7)
    const translated = parse('0b 0d 03 31 31 28 02 32 33 33 08 03 05')
    assert.equal(translated.get('_key')?.toNumber(), 1)
    assert.equal(translated.get('_rev')?.toNumber(), 2)
    assert.equal(translated.get('_id')?.toNumber(), 3)
    assert.deepEqual(
      Array.from(translated.attributes(), ([key]) => key),
      ['_key', '_rev', '_id'],
    )
  })

  it('takes the first of repeated attributes, and shows all', () => {
    const slice = parse('0b 0b 02 41 61 31 41 61 32 03 06')
    assert.equal(slice.get('a')?.toNumber(), 1)
    assert.equal([...slice.attributes()].length, 2)
  })

  it('counts items and attributes', () => {
    assert.equal(parse('01').count, 0)
    assert.equal(parse('0a').count, 0)
    assert.equal(parse('02 05 31 32 33').count, 3)
    assert.equal(parse(`13 87 01 ${times(130, '30')} 01 82`).count, 130)
    assert.equal(parse('14 0a 41 61 31 41 62 28 10 02').count, 2)
    assert.throws(() => parse('40').count, { code: 'ERR_VELOCYPACK' })
  })

  it('can be gone through by many at one time', () => {
    const slice = parseJson('[[1,2],[3,[4]]]')
    const [first, second] = [slice.items(), slice.items()]
    const seen: unknown[] = []
    for (const item of first) {
      seen.push([...item.items()].length, slice.count, second.next().value?.count)
    }
    assert.deepEqual(seen, [2, 2, 2, 2, 2, 2])
  })

  it('gives the bytes of a part alone', () => {
    const slice = parse('0b 0b 02 41 61 31 41 62 32 03 06')
    assert.deepEqual(slice.get('b')?.bytes, Buffer.of(0x32))
    assert.deepEqual(slice.bytes, hex('0b 0b 02 41 61 31 41 62 32 03 06'))
  })

  it('refuses to be read as what it is not', () => {
    const slice = parse('02 03 40')
    const item = [...slice.items()][0] as VelocyPackSlice
    assert.throws(() => item.toBigInt(), {
      code: 'ERR_VELOCYPACK',
      offset: 2,
      message: 'Cannot read VelocyPack at byte 2: expected type integer, not text',
    })
    assert.throws(() => item.toNumber(), { code: 'ERR_VELOCYPACK' })
    assert.throws(() => item.toBoolean(), { code: 'ERR_VELOCYPACK' })
    assert.throws(() => item.toBinary(), { code: 'ERR_VELOCYPACK' })
    assert.throws(() => item.toMilliseconds(), { code: 'ERR_VELOCYPACK' })
    assert.throws(() => slice.toText(), { code: 'ERR_VELOCYPACK' })
    assert.throws(() => slice.get('a'), { code: 'ERR_VELOCYPACK' })
    assert.throws(() => [...slice.attributes()], { code: 'ERR_VELOCYPACK' })
    assert.throws(() => [...item.items()], { code: 'ERR_VELOCYPACK' })
  })
})

describe('parseVelocyPack()', () => {
  it('refuses what breaks the format, anywhere', () => {
    assert.throws(() => parse('02 03 1d'), { code: 'ERR_VELOCYPACK', offset: 2 })
    assert.throws(() => parse('02 03 31 31'), {
      offset: 3,
      reason: 'bytes after the end of the value',
    })
    assert.throws(() => parse(''), { offset: 0 })
  })

  it('goes as deep as it is told', () => {
    assert.throws(() => parseVelocyPack(hex('02 05 02 03 31'), { depthMax: 1 }), { offset: 2 })
    assert.equal(parseVelocyPack(hex('02 05 02 03 31'), { depthMax: 2 }).count, 1)
  })

  it('takes any view of bytes', () => {
    const bytes = new Uint8Array(hex('ff 02 03 31 ff')).subarray(1, 4)
    assert.equal(parseVelocyPack(bytes).count, 1)
  })
})
