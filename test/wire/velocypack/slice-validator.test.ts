import assert from 'node:assert/strict'
import fc from 'fast-check'
import { JsonWriter } from '../../../lib/wire/velocypack/json-writer.js'
import { SliceValidator } from '../../../lib/wire/velocypack/slice-validator.js'
import { VelocyPackError } from '../../../lib/wire/velocypack/velocypack-error.js'
import { VelocyPackWriter } from '../../../lib/wire/velocypack/velocypack-writer.js'
import { hex, times } from './hex.js'
import { ROWS } from './rows.js'

const validator = new SliceValidator()

/** The end of the value, or the error's words. */
function outcome(bytes: Uint8Array, start: number, end: number): number | string {
  try {
    return validator.validate(bytes, start, end)
  } catch (error) {
    assert.ok(error instanceof VelocyPackError, String(error))
    return `${error.offset - start}: ${error.reason}`
  }
}

const ENDS = 'the bytes end where a value should be'
const LONGER = 'the value is longer than the place where it lies'
const SHORT = 'the length is less than the header'
const NO_ROOM = 'there is no room for the items'
const TABLE = 'the index table does not lead to the item'
const NAMES = 'the index table does not lead to each attribute'
const NAME = 'the name of an attribute is neither text nor a known number'
const FF = times(8, 'ff')

const BROKEN: readonly (readonly [bytes: string, offset: number, reason: string])[] = [
  ['', 0, ENDS],
  ['00', 0, 'there is no value (type 0x00)'],
  ['15', 0, 'no value begins with the byte 0x15'],
  ['17', 0, 'no value begins with the byte 0x17'],
  ['d8', 0, 'no value begins with the byte 0xd8'],
  ['ed', 0, 'no value begins with the byte 0xed'],
  ['ee 01 31', 0, 'tagged values are not read: ArangoDB sends none'],
  ['ef 01 00 00 00 00 00 00 00 31', 0, 'tagged values are not read: ArangoDB sends none'],
  [
    '1d 00 00 00 00 00 00 00 00',
    0,
    'external values (type 0x1d) are addresses in the memory of another process',
  ],

  ['1b 00 00', 0, LONGER],
  ['28', 0, LONGER],
  ['27 00 00 00 00 00 00 00', 0, LONGER],
  ['41', 0, LONGER],
  ['bf 00', 0, ENDS],
  ['bf 01 00 00 00 00 00 00 00', 0, LONGER],
  [`bf ${FF} 61`, 0, LONGER],
  [`c7 ${FF}`, 0, LONGER],
  [`cf ${FF}`, 0, LONGER],
  ['c8 01 00 00 00 00', 0, LONGER],
  [`ff ${FF}`, 0, LONGER],
  ['f3 00', 0, LONGER],
  ['41 ff', 1, 'the text is not UTF-8'],
  ['43 ed a0 80', 1, 'the text is not UTF-8'],

  ['02', 0, ENDS],
  ['02 00', 0, SHORT],
  ['02 02', 0, SHORT],
  ['02 04 31', 0, LONGER],
  ['02 05 31 32 33 34', 5, 'end'],
  ['02 05 31 32 00', 4, 'there is no value (type 0x00)'],
  ['02 06 28 01 33 33', 4, 'the items of the array are not of one length'],
  ['02 05 28 01 31', 2, 'the items do not fill the array'],
  ['02 04 43 61', 2, 'the items do not fill the array'],
  ['02 06 00 00 31 32', 4, 'the gap before the items is of a wrong length'],
  ['02 03 00', 3, 'the gap before the items is of a wrong length'],
  [`02 0a ${times(8, '00')}`, 9, 'there is no value (type 0x00)'],
  [`03 09 00 ${times(6, '00')}`, 9, 'the items do not fill the array'],
  [`05 ${FF} 31`, 0, LONGER],
  ['05 09 00 00 00 00 00 00 00', 0, SHORT],

  ['06 03 31', 0, NO_ROOM],
  ['06 04 00 31', 0, 'the number of items is 0'],
  ['06 05 05 31 03', 0, NO_ROOM],
  [`06 08 02 31 28 10 03 05`, 7, TABLE],
  [`06 08 02 31 28 10 04 03`, 6, TABLE],
  [`06 08 02 31 28 10 00 00`, 6, TABLE],
  ['06 08 02 31 32 33 03 04', 5, 'the items end before the index table'],
  ['06 08 02 31 43 61 03 04', 4, LONGER],
  ['07 05 00 01 00', 0, NO_ROOM],
  ['07 04 00 01', 0, 'the number of items is not there'],
  [`09 0b ${times(7, '00')} 31 01`, 0, NO_ROOM],
  [`09 12 ${times(7, '00')} 31 ${FF}`, 0, NO_ROOM],

  ['13 80', 0, ENDS],
  [`13 ${times(8, '80')} 01`, 0, 'the length has more than 8 bytes'],
  ['13 03 01', 0, SHORT],
  ['13 04 31 00', 0, 'the number of items is 0'],
  ['13 05 31 32 03', 4, ENDS],
  ['13 05 31 32 01', 3, 'the items end too early'],
  ['13 04 81 81', 3, 'the number of items does not end'],
  [`13 0d ${times(10, '81')} 81`, 12, 'the number of items does not end'],
  ['14 05 41 61 01', 4, ENDS],
  ['14 06 30 31 32 01', 2, NAME],
  ['14 06 36 31 32 01', 2, NAME],
  ['14 06 3a 31 32 01', 2, NAME],
  ['14 07 28 06 31 31 01', 2, NAME],
  ['14 07 28 00 31 31 01', 2, NAME],
  ['14 07 20 01 31 31 01', 2, NAME],
  ['14 05 18 31 01', 2, NAME],
  ['14 06 41 ff 31 01', 3, 'the text is not UTF-8'],

  ['0b 05 01 41 61', 3, LONGER],
  ['0b 04 01 41', 0, NO_ROOM],
  ['0b 07 01 41 61 31 04', 6, NAMES],
  ['0b 0b 02 41 61 31 41 62 32 03 03', 10, NAMES],
  ['0b 0b 02 41 61 31 41 62 32 03 05', 10, NAMES],
  ['0b 0b 02 41 61 31 41 62 32 00 06', 9, NAMES],
  ['0b 0b 02 41 61 31 41 62 32 06 ff', 10, NAMES],
  ['0b 0a 02 41 61 31 41 62 03 06', 8, ENDS],
]

describe('SliceValidator', () => {
  for (const [bytes, offset, reason] of BROKEN) {
    it(`refuses ${bytes}`, () => {
      const expected = reason === 'end' ? offset : `${offset}: ${reason}`
      const whole = hex(bytes)
      assert.equal(outcome(whole, 0, whole.length), expected)
    })
  }

  it('names the place in the message', () => {
    assert.throws(() => validator.validate(hex('02 03 1d'), 0, 3), {
      name: 'VelocyPackError',
      code: 'ERR_VELOCYPACK',
      offset: 2,
      message:
        'Cannot read VelocyPack at byte 2: external values (type 0x1d) are addresses in the ' +
        'memory of another process',
    })
  })

  it('returns the offset after the value, wherever it lies', () => {
    assert.equal(validator.validate(hex('ff 02 05 31 32 33 ff'), 1, 7), 6)
    assert.throws(() => validator.validate(hex('ff 02 05 31 32 33 ff'), 1, 5), VelocyPackError)
  })

  it('takes every row, and no row that is cut off', () => {
    for (const [json, bytes] of ROWS) {
      const whole = hex(bytes)
      assert.equal(validator.validate(whole, 0, whole.length), whole.length, json)
      for (let end = 0; end < whole.length; end += 1) {
        assert.throws(() => validator.validate(whole, 0, end), VelocyPackError, `${json} to ${end}`)
      }
    }
  })

  it('is not led astray by many attributes', () => {
    const object = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`n${index}`, {}]))
    const bytes = Buffer.from(new VelocyPackWriter().write(Buffer.from(JSON.stringify(object))))
    assert.equal(validator.validate(bytes, 0, bytes.length), bytes.length)
    bytes.copyWithin(bytes.length - 2, bytes.length - 4, bytes.length - 2)
    const expected = `${bytes.length - 2}: ${NAMES}`
    assert.equal(outcome(bytes, 0, bytes.length), expected)
  })
})

/** Arrays of 9 bytes around each other, as many as `levels`, with one byte in them. */
function nest(levels: number, innermost = 0x18): Buffer {
  const bytes = Buffer.alloc(9 * levels + 1)
  for (let level = 0; level < levels; level += 1) {
    bytes[9 * level] = 0x05
    bytes.writeUInt32LE(bytes.length - 9 * level, 9 * level + 1)
  }
  bytes[9 * levels] = innermost
  return bytes
}

describe('SliceValidator and hostile bytes', () => {
  it('takes 200 levels and refuses more', () => {
    assert.equal(validator.validate(nest(200), 0, nest(200).length), 1801)
    assert.equal(outcome(nest(201), 0, nest(201).length), '1800: nested deeper than 200 levels')
    const deep = nest(100_000)
    assert.equal(outcome(deep, 0, deep.length), '1800: nested deeper than 200 levels')
    assert.equal(new SliceValidator(201).validate(nest(201), 0, nest(201).length), 1810)
  })

  it('counts empty arrays and objects, as JSON text does', () => {
    for (const empty of [0x01, 0x0a]) {
      const deep = nest(200, empty)
      assert.equal(outcome(deep, 0, deep.length), '1800: nested deeper than 200 levels')
      assert.equal(validator.validate(nest(199, empty), 0, 1792), 1792)
      new VelocyPackWriter().write(new JsonWriter().write(nest(199, empty)))
    }
  })

  it('needs no time for items that a header claims', () => {
    const many = hex('13 0b 31 31 7f ff ff ff ff ff ff')
    assert.equal(outcome(many, 0, many.length), `4: ${ENDS}`)
  })

  const value = fc
    .json({ maxDepth: 4 })
    .map((json) => Buffer.from(new VelocyPackWriter().write(Buffer.from(json))))
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'cut', 'add')), {
    minLength: 1,
    maxLength: 4,
  })

  function change(bytes: Buffer, steps: readonly (readonly [number, number, string])[]): Buffer {
    let changed = [...bytes]
    for (const [position, byte, how] of steps) {
      const index = position % (changed.length + 1)
      const after = how === 'add' ? changed.slice(index) : changed.slice(index + 1)
      changed = [...changed.slice(0, index), ...(how === 'cut' ? [] : [byte]), ...after]
    }
    return Buffer.from(changed)
  }

  it('throws nothing but VelocyPackError, and what it takes is JSON', () => {
    const writer = new JsonWriter({ unrepresentable: 'convert' })
    let taken = 0
    fc.assert(
      fc.property(value, changes, (bytes, steps) => {
        try {
          JSON.parse(writer.write(change(bytes, steps)).toString())
          taken += 1
        } catch (error) {
          assert.ok(error instanceof VelocyPackError, String(error))
        }
      }),
      { numRuns: 5000 },
    )
    assert.ok(taken > 100)
  })

  it('sees nothing outside of its offsets', () => {
    fc.assert(
      fc.property(
        value,
        changes,
        fc.uint8Array(),
        fc.uint8Array(),
        (bytes, steps, before, after) => {
          const changed = change(bytes, steps)
          const alone = outcome(changed, 0, changed.length)
          const whole = Buffer.concat([before, changed, after])
          const start = before.length
          const end = start + changed.length
          const found = outcome(whole, start, end)
          assert.equal(typeof found === 'number' ? found - start : found, alone)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('throws nothing but VelocyPackError for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        outcome(bytes, 0, bytes.length)
      }),
      { numRuns: 5000 },
    )
  })
})
