import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatDate } from '../../../../lib/streams/transform/maskings/format-date.js'
import {
  matchesPath,
  parseMaskingPath,
  type MaskingPath,
} from '../../../../lib/streams/transform/maskings/masking-path.js'
import { parseDate } from '../../../../lib/streams/transform/maskings/parse-date.js'
import { parseMaskingsText } from '../../../../lib/streams/transform/maskings/parse-maskings.js'
import { createRandomSource } from '../../../../lib/streams/transform/maskings/random-source.js'
import type { JsonObject } from '../../../../lib/wire/index.js'

describe('parseMaskingPath()', () => {
  const rows: readonly (readonly [string, MaskingPath | string])[] = [
    ['name', { kind: 'exact', names: ['name'] }],
    ['person.name', { kind: 'exact', names: ['person', 'name'] }],
    ['.name', { kind: 'suffix', names: ['name'] }],
    ['.person.name', { kind: 'suffix', names: ['person', 'name'] }],
    ['*', { kind: 'all', names: [] }],
    ['mail.*', { kind: 'exact', names: ['mail', '*'] }],
    ['`*`', { kind: 'exact', names: ['*'] }],
    ['´*´', { kind: 'exact', names: ['*'] }],
    ['`name.with.dots`', { kind: 'exact', names: ['name.with.dots'] }],
    ['´a`b´.c', { kind: 'exact', names: ['a`b', 'c'] }],
    ['.`a.b`.´c.d´', { kind: 'suffix', names: ['a.b', 'c.d'] }],
    ['größe.漢', { kind: 'exact', names: ['größe', '漢'] }],
    ['', 'it is empty'],
    ['.', 'it has an empty component'],
    ['a..b', 'it has an empty component'],
    ['..a', 'it has an empty component'],
    ['a.', 'it has an empty component'],
    ['``', 'it has an empty component'],
    ['`a', 'a quote is not closed'],
    ['a.´b`', 'a quote is not closed'],
  ]
  for (const [text, expected] of rows) {
    it(`reads "${text}"`, () => {
      assert.deepEqual(parseMaskingPath(text), expected)
    })
  }
})

describe('matchesPath()', () => {
  it('wants the whole path, or its end behind a leading point', () => {
    const matches = (path: string, names: string): boolean =>
      matchesPath(parseMaskingPath(path) as MaskingPath, names.split('.'))
    const rows: readonly (readonly [string, string, boolean])[] = [
      ['a', 'a', true],
      ['a', 'b.a', false],
      ['a.b', 'a.b', true],
      ['a.b', 'a', false],
      ['a.b', 'x.a.b', false],
      ['.a', 'a', true],
      ['.a', 'b.a', true],
      ['.a', 'a.b', false],
      ['.a.b', 'x.y.a.b', true],
      ['.a.b', 'b', false],
      ['*', 'x.y', true],
      ['`*`', 'x', false],
      ['`*`', '*', true],
    ]
    for (const [path, names, expected] of rows) {
      assert.equal(matches(path, names), expected, `${path} and ${names}`)
    }
  })
})

describe('parseMaskingsText()', () => {
  const rule = (options: JsonObject): string =>
    JSON.stringify({ c: { type: 'masked', maskings: [{ path: 'a', type: 'random' }, options] } })
  const at = 'rule 2 of collection "c" in maskings file "m.json"'
  const types =
    'randomString, random, xifyFront, zip, datetime, integer, decimal, creditCard, phone, email'
  const refused: readonly (readonly [text: string, message: string])[] = [
    ['', 'maskings file "m.json": the file is empty'],
    [' \n', 'maskings file "m.json": the file is empty'],
    ['[]', 'maskings file "m.json": an object of collections is expected'],
    ['7', 'maskings file "m.json": an object of collections is expected'],
    [
      '{"c":1}',
      'collection "c" in maskings file "m.json": an object with "type" and "maskings" is expected',
    ],
    [
      '{"c":{}}',
      'collection "c" in maskings file "m.json": "type" must be one of: exclude, structure, masked, full',
    ],
    [
      '{"*":{"type":"Full"}}',
      'collection "*" in maskings file "m.json": "type" must be one of: exclude, structure, masked, full',
    ],
    [
      '{"c":{"type":"full","maskings":{}}}',
      'collection "c" in maskings file "m.json": "maskings" must be an array',
    ],
    [
      '{"c":{"type":"masked","maskings":[{"path":"a","type":"zip"}],"maskings":[]}}',
      'maskings file "m.json": an attribute is there twice',
    ],
    [
      '{"c":{"type":"full"},"\\u0063":{"type":"exclude"}}',
      'collection "c" in maskings file "m.json": the collection is there twice',
    ],
    [rule([] as unknown as JsonObject), `${at}: an object with "path" and "type" is expected`],
    [rule({ type: 'random' }), `${at}: "path" is no path: it is empty`],
    [rule({ path: 1, type: 'random' }), `${at}: "path" must be a text`],
    [rule({ path: 'a..b', type: 'random' }), `${at}: "path" is no path: it has an empty component`],
    [rule({ path: 'a' }), `${at}: "type" must be one of: ${types}`],
    [rule({ path: 'a', type: 1 }), `${at}: "type" must be a text`],
    [rule({ path: 'a', type: 'toString' }), `${at}: "type" must be one of: ${types}`],
    [
      rule({ path: 'a', type: 'xifyFront', unmaskedLength: -1 }),
      `${at}: "unmaskedLength" must be a whole number from 0 to 9007199254740991`,
    ],
    [rule({ path: 'a', type: 'xifyFront', hash: 1 }), `${at}: "hash" must be true or false`],
    [
      rule({ path: 'a', type: 'xifyFront', seed: 1.5 }),
      `${at}: "seed" must be a whole number of 64 bits`,
    ],
    [
      rule({ path: 'a', type: 'xifyFront', seed: '1' }),
      `${at}: "seed" must be a whole number of 64 bits`,
    ],
    [rule({ path: 'a', type: 'zip', default: 1 }), `${at}: "default" must be a text`],
    [
      rule({ path: 'a', type: 'integer', lower: 5, upper: 4 }),
      `${at}: "lower" is greater than "upper"`,
    ],
    [
      rule({ path: 'a', type: 'integer', lower: -9e15, upper: 9e15 }),
      `${at}: "lower" and "upper" are too far apart`,
    ],
    [rule({ path: 'a', type: 'integer', lower: 'x' }), `${at}: "lower" must be a number`],
    [rule({ path: 'a', type: 'decimal', lower: 2 }), `${at}: "lower" is greater than "upper"`],
    [
      rule({ path: 'a', type: 'decimal', lower: 0.001, upper: 0.002 }),
      `${at}: no number of that "scale" lies between "lower" and "upper"`,
    ],
    [
      rule({ path: 'a', type: 'decimal', scale: 16 }),
      `${at}: "scale" must be a whole number from 0 to 15`,
    ],
    [
      rule({ path: 'a', type: 'decimal', upper: 1e300 }),
      `${at}: "lower" and "upper" are too far apart`,
    ],
    [
      rule({ path: 'a', type: 'datetime', begin: 'soon' }),
      `${at}: "begin" must be a date as 2019-12-31T23:59:59.000Z`,
    ],
    [
      rule({ path: 'a', type: 'datetime', begin: '2020', end: '2019' }),
      `${at}: "begin" is after "end"`,
    ],
  ]
  for (const [text, message] of refused) {
    it(`refuses ${text}`, () => {
      assert.throws(() => parseMaskingsText(text, 'm.json'), {
        name: 'MaskingsError',
        code: 'ERR_MASKINGS',
        message: `Cannot read ${message}`,
      })
    })
  }

  it('tells where it is no JSON', () => {
    assert.throws(() => parseMaskingsText('{"a": }', 'm.json'), {
      code: 'ERR_MASKINGS',
      message: /^Cannot read maskings file "m.json": it is not JSON: .*6/,
    })
  })

  it('tells the places as fields', () => {
    assert.throws(() => parseMaskingsText(rule({}), 'm.json'), {
      source: 'm.json',
      collection: 'c',
      rule: 2,
    })
  })

  it('takes seeds of 64 bits, exactly, and options that it does not know', () => {
    const seed = '"seed":-9223372036854775807,"more":{}'
    const text = `{"c":{"type":"masked","maskings":[{"path":"a","type":"xifyFront","hash":true,${seed}}]}}`
    const run = { seed: 0n, random: createRandomSource(0n) }
    const masked = parseMaskingsText(text, 'm').get('c')?.rules[0]?.action('My Name', run)
    const other = text.replace('807', '806')
    assert.match(String(masked), /^My xxme .{12}$/)
    assert.notEqual(
      parseMaskingsText(other, 'm').get('c')?.rules[0]?.action('My Name', run),
      masked,
    )
  })
})

describe('formatDate()', () => {
  const moment = Date.UTC(2015, 8, 8, 5, 7, 9, 4)
  const rows: readonly (readonly [number | string, string, string])[] = [
    [moment, '%q/%yyyy', '3/2015'],
    [moment, '%dd.%mm.%yyyy %hh:%ii:%ss,%fff', '08.09.2015 05:07:09,004'],
    [moment, '%d.%m.%y %h:%i:%s,%f', '8.9.2015 5:7:9,4'],
    ['1969-01-01', "Summer of '%yy", "Summer of '69"],
    ['2016-01-01', '%%l = %l', '%l = 1'],
    ['1900-01-01', '%l', '0'],
    ['2016-03-01', '%xxx%', '061'],
    ['2016-12-31', '%x', '366'],
    [moment, '%t %z', `${moment} 2015-09-08T05:07:09.004Z`],
    [moment, '%yyyyyy %w %www %wwww %mmm %mmmm', '+002015 2 Tue Tuesday Sep September'],
    ['2015-02-01', '%a %m%&month %mmonth', '28 2month 02onth'],
    ['2021-01-03', '%k %kk', '53 53'],
    ['2021-01-04', '%k %kk', '1 01'],
    ['0050-02-01', '%yyyy %a', '0050 28'],
    [moment, '%YYYY %Mmm', '2015 Sep'],
    [moment, '', ''],
  ]
  for (const [date, format, expected] of rows) {
    it(`writes "${format}"`, () => {
      assert.equal(formatDate(typeof date === 'string' ? Date.parse(date) : date, format), expected)
    })
  }
})

describe('parseDate()', () => {
  it('takes what is missing as early as can be, and as UTC', () => {
    assert.equal(parseDate('2010'), Date.UTC(2010))
    assert.equal(parseDate('2010-06'), Date.UTC(2010, 5))
    assert.equal(parseDate('2010-6-1'), Date.UTC(2010, 5, 1))
    assert.equal(parseDate('1970-01-01T00:00:00.000'), 0)
    assert.equal(parseDate('2010-06-01 12:30'), Date.UTC(2010, 5, 1, 12, 30))
    assert.equal(parseDate('2010-06-01T12:30:15.5Z'), Date.UTC(2010, 5, 1, 12, 30, 15, 500))
    assert.equal(parseDate('2010-06-01t12:30:15.1239z'), Date.UTC(2010, 5, 1, 12, 30, 15, 123))
    assert.equal(parseDate('2010-06-01T12:30:15+02:00'), Date.UTC(2010, 5, 1, 10, 30, 15))
  })

  it('refuses what is no date', () => {
    const texts = [
      '',
      'now',
      '10',
      '2010-13',
      '2010-02-30',
      '2010-06-01T25:00',
      '2010-06-01T1',
      ' 2010',
    ]
    for (const text of texts) assert.equal(parseDate(text), undefined, text)
  })

  it('reads what JavaScript writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          assert.equal(parseDate(date.toISOString()), date.getTime())
        },
      ),
    )
  })
})

describe('createRandomSource()', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    const take = (seed: bigint): number[] => {
      const random = createRandomSource(seed)
      return Array.from({ length: 8 }, () => random.integer(0, Number.MAX_SAFE_INTEGER))
    }
    assert.deepEqual(take(5n), take(5n))
    const seeds = [0n, 1n, 2n, 1n << 32n, 1n << 63n, 2n ** 64n - 1n]
    assert.equal(new Set(seeds.map((seed) => take(seed).join())).size, seeds.length)
  })

  it('spreads numbers evenly', () => {
    const random = createRandomSource(7n)
    const counts = new Array<number>(10).fill(0)
    for (let index = 0; index < 20_000; index += 1) {
      const value = random.integer(0, 9)
      counts[value] = (counts[value] as number) + 1
    }
    for (const count of counts) assert.ok(count > 1800 && count < 2200, String(counts))
  })

  it('stays within wide bounds', () => {
    const random = createRandomSource(9n)
    for (let index = 0; index < 1000; index += 1) {
      const value = random.integer(-2, Number.MAX_SAFE_INTEGER - 2)
      assert.ok(Number.isSafeInteger(value) && value >= -2)
    }
    assert.equal(random.integer(3, 3), 3)
    assert.equal(random.character('a'), 'a')
  })
})
