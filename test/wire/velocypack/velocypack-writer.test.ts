import assert from 'node:assert/strict'
import { JsonSyntaxError } from '../../../lib/wire/index.js'
import { VelocyPackError } from '../../../lib/wire/velocypack/velocypack-error.js'
import { VelocyPackWriter } from '../../../lib/wire/velocypack/velocypack-writer.js'
import { hex, toHex } from './hex.js'
import { ROWS } from './rows.js'

const writer = new VelocyPackWriter()

function write(json: string): string {
  return toHex(writer.write(Buffer.from(json)))
}

/** Rows too long for a title are named by their beginning. */
function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 36)}… (${text.length} characters)`
}

describe('VelocyPackWriter', () => {
  for (const [json, bytes] of ROWS) {
    it(`writes ${shorten(json)}`, () => {
      assert.equal(write(json), toHex(hex(bytes)))
    })
  }

  it('writes numbers with a point, an exponent or too many digits as doubles', () => {
    assert.equal(write('1.0'), '1b 00 00 00 00 00 00 f0 3f')
    assert.equal(write('1e0'), '1b 00 00 00 00 00 00 f0 3f')
    assert.equal(write('1E+0'), '1b 00 00 00 00 00 00 f0 3f')
    assert.equal(write('18446744073709551616'), '1b 00 00 00 00 00 00 f0 43')
    assert.equal(write('-9223372036854775809'), '1b 00 00 00 00 00 00 e0 c3')
    assert.equal(write('100000000000000000000000'), write('1e23'))
    assert.equal(write('-0.0'), '1b 00 00 00 00 00 00 00 80')
    assert.equal(write('1e-400'), '1b 00 00 00 00 00 00 00 00')
  })

  it('rounds to the nearest double', () => {
    const value = writer.write(Buffer.from('0.1000000000000000055511151231257827'))
    assert.equal(value.readDoubleLE(1), 0.1)
    assert.equal(writer.write(Buffer.from('9007199254740993.0')).readDoubleLE(1), 2 ** 53)
  })

  it('takes every escape of JSON, and slashes with or without', () => {
    assert.equal(write('"\\/\\u0041\\u00e4\\u20ac"'), '47 2f 41 c3 a4 e2 82 ac')
    assert.equal(write('"\\ud834\\udd1e"'), '44 f0 9d 84 9e')
    assert.equal(write('{"\\u0061":1}'), write('{"a":1}'))
  })

  it('sorts names by their bytes, not by their characters', () => {
    // U+FF5E is before U+1D11E in UTF-8 and after it in UTF-16.
    const [first, second] = ['～', '𝄞'].map((name) => toHex(Buffer.from(name)))
    const value = write('{"𝄞":1,"～":2}')
    assert.equal(value, `0b 10 02 44 ${second} 31 43 ${first} 32 09 03`)
  })

  it('sorts many and long names', () => {
    const names = Array.from({ length: 40 }, (_, index) => `${'n'.repeat(30)}${index}`)
    const sorted = [...names].sort()
    const object = Object.fromEntries(names.map((name, index) => [name, index]))
    const value = writer.write(Buffer.from(JSON.stringify(object)))
    assert.equal(value[0], 0x0c)
    const table = value.length - 2 * names.length
    const read = names.map((_, index) => {
      const offset = value.readUInt16LE(table + 2 * index)
      return value.toString('utf8', offset + 1, offset + 1 + (value[offset] as number) - 0x40)
    })
    assert.deepEqual(read, sorted)
  })

  it('keeps repeated names in the order in which they came, few and many', () => {
    const json = `{${Array.from({ length: 20 }, (_, index) => `"a":${index % 10}`).join()}}`
    const value = writer.write(Buffer.from(json))
    assert.deepEqual(
      [...value.subarray(-20)],
      Array.from({ length: 20 }, (_, index) => 3 + 3 * index),
    )
  })

  it('has lengths of four bytes from 64 KiB on', () => {
    const head = (json: string): string => toHex(writer.write(Buffer.from(json)).subarray(0, 10))
    const text = (length: number): string => 'x'.repeat(length)
    assert.equal(head(`["${text(65_512)}",1]`), '07 ff ff 02 00 00 00 00 00 bf')
    assert.equal(head(`["${text(65_513)}",1]`), '08 04 00 01 00 02 00 00 00 bf')
    assert.equal(
      toHex(writer.write(Buffer.from(`["${text(65_513)}",1]`)).subarray(-9)),
      '31 09 00 00 00 fb ff 00 00',
    )
    assert.equal(head(`["${text(65_517)}"]`), '03 ff ff 00 00 00 00 00 00 bf')
    assert.equal(head(`["${text(65_518)}"]`), '04 00 00 01 00 00 00 00 00 bf')
    assert.equal(head(`{"b":"${text(65_500)}","a":"${text(8)}"}`), '0c ff ff 02 00 00 00 00 00 41')
    assert.equal(head(`{"b":"${text(65_500)}","a":"${text(9)}"}`), '0d 04 00 01 00 02 00 00 00 41')
    assert.equal(head(`{"b":"${text(65_500)}"}`), '14 ec ff 03 41 62 bf dc ff 00')
  })

  it('takes white space anywhere, and the bytes between offsets alone', () => {
    assert.equal(write(' \t\r\n[ 1 , { "a" : 1 } ]\n'), write('[1,{"a":1}]'))
    const json = Buffer.from('xx[1]yy')
    assert.equal(toHex(writer.write(json, 2, 5)), '02 03 31')
    assert.throws(() => writer.write(json, 2, 4), JsonSyntaxError)
  })

  it('gives each value its own bytes, one after another', () => {
    for (const [json, bytes] of [...ROWS, ...ROWS]) assert.equal(write(json), toHex(hex(bytes)))
  })

  for (const json of [
    '',
    ' ',
    '[1',
    '[1,]',
    '{"a"}',
    '{"a":1,}',
    '{a:1}',
    'nul',
    '01',
    '1 2',
    '"a',
  ]) {
    it(`refuses ${JSON.stringify(json)}, and works on afterwards`, () => {
      assert.throws(() => write(json), JsonSyntaxError)
      assert.equal(write('[1]'), '02 03 31')
    })
  }

  it('refuses control characters in texts and names', () => {
    assert.throws(() => write('"a\nb"'), JsonSyntaxError)
    assert.throws(() => write('{"a\u0001":1}'), JsonSyntaxError)
  })

  it('refuses numbers that no double holds', () => {
    assert.throws(() => write('[1,-1e400]'), {
      name: 'VelocyPackError',
      code: 'ERR_VELOCYPACK',
      message: 'Cannot write JSON as VelocyPack at byte 3: the number is too large for a double',
      reason: 'the number is too large for a double',
      offset: 3,
    })
    assert.throws(() => write(`1${'0'.repeat(400)}`), VelocyPackError)
  })

  it('refuses texts that no UTF-8 can hold', () => {
    for (const escape of [
      '\\ud834',
      '\\udd1e',
      '\\udd1e\\ud834',
      '\\ud834x',
      '\\uD834\\uD834\\uDD1E',
    ]) {
      assert.throws(() => write(`["${escape}"]`), { code: 'ERR_VELOCYPACK', offset: 1 })
      assert.throws(() => write(`{"${escape}":1}`), { code: 'ERR_VELOCYPACK', offset: 1 })
    }
    const broken = Buffer.from([0x22, 0x61, 0xff, 0x22])
    assert.throws(() => writer.write(broken), { code: 'ERR_VELOCYPACK', offset: 2 })
    assert.equal(write('"\\\\ud834"'), '46 5c 75 64 38 33 34')
  })

  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const nest = (levels: number): string => `${open.repeat(levels)}1${close.repeat(levels)}`

    it(`takes as many levels of ${open} as it is told`, () => {
      for (const depthMax of [0, 1, 200, 201]) {
        const writes = (levels: number) => () =>
          new VelocyPackWriter({ depthMax }).write(Buffer.from(nest(levels)))
        assert.doesNotThrow(writes(depthMax))
        assert.throws(writes(depthMax + 1), JsonSyntaxError)
      }
    })

    it(`takes 200 levels of ${open} and refuses one more`, () => {
      assert.doesNotThrow(() => write(nest(200)))
      assert.throws(() => write(nest(201)), JsonSyntaxError)
      assert.throws(() => write(open.repeat(1_000_000)), JsonSyntaxError)
    })
  }
})
