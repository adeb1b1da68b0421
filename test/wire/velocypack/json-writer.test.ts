import assert from 'node:assert/strict'
import { JsonWriter, type JsonWriterOptions } from '../../../lib/wire/velocypack/json-writer.js'
import { hex, times } from './hex.js'
import { ROWS, type Row } from './rows.js'

const writer = new JsonWriter()

function write(bytes: string, options?: JsonWriterOptions): string {
  const ownWriter = options === undefined ? writer : new JsonWriter(options)
  return ownWriter.write(hex(bytes)).toString()
}

/** Other ways to write the same, which ArangoDB's Builder does not choose by itself. */
const READ_ONLY: readonly Row[] = [
  // Integers in more bytes than they need, signed where they could be unsigned.
  ['1', '28 01'],
  ['0', '2f 00 00 00 00 00 00 00 00'],
  ['-1', '27 ff ff ff ff ff ff ff ff'],
  ['127', '20 7f'],
  ['-1', '20 ff'],
  ['9223372036854775807', '27 ff ff ff ff ff ff ff 7f'],
  ['140737488355327', '25 ff ff ff ff ff 7f'],
  ['-1', '25 ff ff ff ff ff ff'],

  // Whole doubles have no fraction in JSON.
  ['1', '1b 00 00 00 00 00 00 f0 3f'],
  ['0', '1b 00 00 00 00 00 00 00 00'],
  ['100000000000000000000', '1b 40 8c b5 78 1d af 15 44'],

  ['"a"', 'bf 01 00 00 00 00 00 00 00 61'],
  ['""', 'bf 00 00 00 00 00 00 00 00'],

  // The examples of the format's description.
  ['[1,2,3]', '03 06 00 31 32 33'],
  ['[1,2,3]', '04 08 00 00 00 31 32 33'],
  ['[1,2,3]', '05 0c 00 00 00 00 00 00 00 31 32 33'],
  ['[1,2,3]', '06 09 03 31 32 33 03 04 05'],
  ['[1,2,3]', '07 0e 00 03 00 31 32 33 05 00 06 00 07 00'],
  ['[1,2,3]', `08 18 00 00 00 03 00 00 00 31 32 33 09 00 00 00 0a 00 00 00 0b 00 00 00`],
  [
    '[1,2,3]',
    `09 2c ${times(7, '00')} 31 32 33 09 ${times(7, '00')} 0a ${times(7, '00')} 0b ${times(7, '00')} 03 ${times(7, '00')}`,
  ],
  ['[1,16]', '13 06 31 28 10 02'],
  ['{"a":1,"b":16}', '14 0a 41 61 31 41 62 28 10 02'],
  ['{"a":12,"b":3}', '0d 18 00 00 00 02 00 00 00 41 61 28 0c 41 62 33 09 00 00 00 0d 00 00 00'],
  ['{"b":1,"a":2}', '0f 0b 02 41 62 31 41 61 32 03 06'],
  ['{"b":1,"a":2}', '10 0f 00 02 00 41 62 31 41 61 32 05 00 08 00'],

  // The gap before the items.
  ['[1,2,3]', '02 0c 00 00 00 00 00 00 00 31 32 33'],
  ['[1,2,3]', '03 0c 00 00 00 00 00 00 00 31 32 33'],
  ['[1,2,3]', '06 0f 03 00 00 00 00 00 00 31 32 33 09 0a 0b'],
  ['{"a":1,"b":2}', '0b 11 02 00 00 00 00 00 00 41 61 31 41 62 32 09 0c'],

  // Objects of one attribute, with and without an index table.
  ['{"a":1}', '0b 06 01 41 61 31'],
  ['{"a":1}', '0b 07 01 41 61 31 03'],
  ['{"a":1}', '0f 06 01 41 61 31'],
  ['{"a":1}', '0c 08 00 01 00 41 61 31'],
  ['{"a":1}', `0e 14 ${times(7, '00')} 41 61 31 01 ${times(7, '00')}`],
  ['{"a":1}', `0e 1c ${times(7, '00')} 41 61 31 09 ${times(7, '00')} 01 ${times(7, '00')}`],
  [
    '{"a":1,"b":2}',
    `12 27 ${times(7, '00')} 41 61 31 41 62 32 09 ${times(7, '00')} 0c ${times(7, '00')} 02 ${times(7, '00')}`,
  ],

  // A compact array of 130 items: both lengths need two bytes.
  [`[${'0,'.repeat(129)}0]`, `13 87 01 ${times(130, '30')} 01 82`],

  // Names of the translation table, in a short and in a long integer.
  [
    '{"_key":1,"_rev":2,"_id":3,"_from":4,"_to":5}',
    '0b 12 05 31 31 32 32 33 33 34 34 35 35 09 07 03 05 0b',
  ],
  ['{"_key":1}', '14 06 28 01 31 01'],
  ['{"_to":1}', '14 07 29 05 00 31 01'],
]

describe('JsonWriter', () => {
  for (const [json, bytes] of ROWS) {
    it(`writes ${json.slice(0, 40)} for ${bytes.slice(0, 40)}`, () => {
      assert.equal(write(bytes), json)
    })
  }

  for (const [json, bytes] of READ_ONLY) {
    it(`writes ${json.slice(0, 40)} for ${bytes.slice(0, 60)}`, () => {
      assert.equal(write(bytes), json)
    })
  }

  it('keeps attributes in the order in which they are stored', () => {
    assert.equal(write('0b 0f 03 41 63 31 41 61 32 41 62 33 06 09 03'), '{"c":1,"a":2,"b":3}')
  })

  it('copies long texts and escapes what is in them', () => {
    const text = `${'a'.repeat(1000)}"${'ä'.repeat(1000)}\n${'z'.repeat(30)}`
    const bytes = Buffer.concat([hex('bf 0f 0c 00 00 00 00 00 00'), Buffer.from(text)])
    bytes.writeUInt32LE(bytes.length - 9, 1)
    assert.equal(writer.write(bytes).toString(), JSON.stringify(text))
  })

  describe('for types that JSON does not have', () => {
    const REFUSED: readonly (readonly [what: string, bytes: string])[] = [
      ['a value of type date', '1c 00 00 00 00 00 00 00 00'],
      ['a value of type binary', 'c0 02 ab cd'],
      ['a value of type decimal', 'c8 03 00 00 00 00 01 23 45'],
      ['a value of type decimal', 'd1 01 00 ff ff ff ff 12'],
      ['a value of type minKey', '1e'],
      ['a value of type maxKey', '1f'],
      ['a value of type custom', 'f0 01'],
      ['a value of type custom', 'f1 01 02'],
      ['a value of type custom', 'f2 01 02 03 04'],
      ['a value of type custom', 'f4 02 ab cd'],
      ['a value of type custom', 'f7 00 00'],
      ['a value of type custom', 'fb 01 00 00 00 ab'],
      ['a value of type custom', 'ff 01 00 00 00 00 00 00 00 ab'],
      ['a number that is not finite', '1b 00 00 00 00 00 00 f0 7f'],
      ['a number that is not finite', '1b 00 00 00 00 00 00 f0 ff'],
      ['a number that is not finite', '1b 00 00 00 00 00 00 f8 7f'],
    ]

    for (const [what, bytes] of REFUSED) {
      it(`refuses ${what}: ${bytes}`, () => {
        // It is the second item of a compact array, after a small integer.
        const length = (4 + hex(bytes).length).toString(16).padStart(2, '0')
        assert.throws(() => write(`13 ${length} 30 ${bytes} 02`), {
          code: 'ERR_VELOCYPACK',
          message: `Cannot write VelocyPack as JSON at byte 3: JSON has no word for ${what}`,
          offset: 3,
        })
      })
    }

    it('converts dates and binary data when told', () => {
      const options = { unrepresentable: 'convert' } as const
      assert.equal(write('1c 15 cd 5b 07 00 00 00 00', options), '123456789')
      assert.equal(write('1c ff ff ff ff ff ff ff ff', options), '-1')
      assert.equal(write('c0 02 ab cd', options), '"abcd"')
      assert.equal(write('c1 00 00', options), '""')
      assert.equal(write(`c0 14 ${times(20, 'ab')}`, options), `"${'ab'.repeat(20)}"`)
      assert.throws(() => write('1e', options), { code: 'ERR_VELOCYPACK' })
      assert.throws(() => write('c8 01 00 00 00 00 12', options), { code: 'ERR_VELOCYPACK' })
    })
  })

  describe('for ids stored as the number of a collection', () => {
    const ID = 'f3 07 00 00 00 00 00 00 00'
    const collectionName = (id: bigint): string | undefined => (id === 7n ? 'c"ä' : undefined)

    it('writes the name of the collection and the key', () => {
      const document = `0b 14 02 31 43 61 22 62 33 ${ID} 08 03`
      assert.equal(write(document, { collectionName }), '{"_key":"a\\"b","_id":"c\\"ä/a\\"b"}')
    })

    it('finds the key wherever it is, as text or number', () => {
      const document = `0b 16 02 33 ${ID} 44 5f 6b 65 79 41 61 03 0d`
      assert.equal(write(document, { collectionName }), '{"_id":"c\\"ä/a","_key":"a"}')
    })

    it('takes the key of the innermost object', () => {
      const document = `14 17 41 78 0b 12 02 31 41 62 33 ${ID} 06 03 01`
      assert.equal(write(document, { collectionName }), '{"x":{"_key":"b","_id":"c\\"ä/b"}}')
    })

    it('looks for the key once, however many ids there are', () => {
      // Looking for it each time would take 400 million steps.
      const count = 20_000
      const attribute = hex(`40 ${ID}`)
      const key = hex('31 41 61')
      const bytes = Buffer.alloc(5 + count * attribute.length + key.length + 3)
      bytes[0] = 0x14
      for (const [index, shift] of [0, 7, 14, 21].entries()) {
        bytes[index + 1] = ((bytes.length >> shift) & 0x7f) | (index < 3 ? 0x80 : 0)
      }
      for (let index = 0; index < count; index += 1) attribute.copy(bytes, 5 + 10 * index)
      key.copy(bytes, bytes.length - 6)
      // The number of attributes, 20,001, backwards.
      bytes.set([0x01, 0x9c, 0xa1], bytes.length - 3)
      const json = new JsonWriter({ collectionName: () => 'c' }).write(bytes).toString()
      assert.equal(json, `{${'"":"c/a",'.repeat(count)}"_key":"a"}`)
    })

    it('stops when the key, again and again, makes the text too long', () => {
      const ids = times(7, `33 ${ID}`)
      const document = `14 63 31 58 ${times(24, '61')} ${ids} 08`
      const whole = write(document, { collectionName: () => 'c' })
      assert.equal(whole.length, 280)
      const options = { collectionName: () => 'c', textBytesMax: 278 }
      assert.throws(() => write(document, options), {
        code: 'ERR_VELOCYPACK',
        message:
          'Cannot write VelocyPack as JSON at byte 98: its text is longer than the limit of 278 bytes',
      })
      assert.equal(write(document, { ...options, textBytesMax: 279 }), whole)
    })

    for (const [title, bytes, options] of [
      ['a name is not asked for', `0b 12 02 31 41 62 33 ${ID} 06 03`, {}],
      [
        'nobody knows the collection',
        `0b 12 02 31 41 62 33 f3 08 ${times(7, '00')} 06 03`,
        { collectionName },
      ],
      ['there is no key', `14 0d 33 ${ID} 01`, { collectionName }],
      ['the key is no text', `0b 11 02 31 31 33 ${ID} 05 03`, { collectionName }],
      ['it lies in an array', `02 0b ${ID}`, { collectionName }],
      ['it stands alone', ID, { collectionName }],
    ] as const) {
      it(`refuses them where ${title}`, () => {
        assert.throws(() => write(bytes, options), { code: 'ERR_VELOCYPACK' })
      })
    }
  })

  it('gives each value its own bytes, one after another', () => {
    for (const [json, bytes] of [...ROWS, ...READ_ONLY, ...ROWS]) assert.equal(write(bytes), json)
  })

  it('works on after an error', () => {
    assert.throws(() => write('02 04 30 1e'), { code: 'ERR_VELOCYPACK' })
    assert.equal(write('02 03 31'), '[1]')
  })

  it('refuses bytes after the value', () => {
    assert.throws(() => write('31 31'), { code: 'ERR_VELOCYPACK', offset: 1 })
  })

  it('takes a view into other memory', () => {
    const bytes = hex('ff 02 05 31 32 33 ff').subarray(1, 6)
    assert.equal(writer.write(bytes).toString(), '[1,2,3]')
  })

  it('goes as deep as it is told', () => {
    assert.equal(write('02 05 02 03 31', { depthMax: 2 }), '[[1]]')
    assert.throws(() => write('02 05 02 03 31', { depthMax: 1 }), {
      message: 'Cannot read VelocyPack at byte 2: nested deeper than 1 levels',
    })
  })
})
