import assert from 'node:assert/strict'
import fc from 'fast-check'
import { CSV_COLUMNS_MAX } from '../../../lib/core/index.js'
import {
  createChunker,
  createCsvFormatter,
  createCsvParser,
  FormatError,
  type CsvParserOptions,
  type EntryChunk,
} from '../../../lib/streams/index.js'
import { blocksOf, collect, cutAt, linesOf } from '../../support/streams.js'

const HARD = '\ufeffname,"a ""b""",n\r\n"x,y\r\nz",é,1\nlast,,"2"\r\n\r\n"q""q", s ,\n'
const HARD_LINES = [
  '{"name":"x,y\\r\\nz","a \\"b\\"":"é","n":"1"}\n',
  '{"name":"last","a \\"b\\"":"","n":"2"}\n',
  '{"name":"q\\"q","a \\"b\\"":" s ","n":""}\n',
]

async function parse(
  text: string | readonly Buffer[],
  options?: CsvParserOptions,
): Promise<string[]> {
  const blocks = typeof text === 'string' ? [Buffer.from(text)] : text
  return linesOf(await collect<EntryChunk>(blocks, createCsvParser(options)))
}

describe('createCsvParser()', () => {
  it('takes names from the first row and every cell as a text', async () => {
    assert.deepEqual(await parse(HARD), HARD_LINES)
  })

  it('gives the same documents however the bytes are cut', async () => {
    const bytes = Buffer.from(HARD)
    assert.deepEqual(await parse(blocksOf(bytes, 1)), HARD_LINES)
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }))
    await fc.assert(
      fc.asyncProperty(cuts, async (offsets) => {
        assert.deepEqual(await parse(cutAt(bytes, offsets)), HARD_LINES)
      }),
      { numRuns: 50 },
    )
  })

  it('makes values of cells without quotes where asked to', async () => {
    const cells = ['1.10', '-0', '1e5', '123456789012345678901', 'true', 'false', 'null']
    const lines = await parse(`a\n${cells.join('\n')}\n`, { types: 'auto' })
    assert.deepEqual(
      lines,
      cells.map((cell) => `{"a":${cell}}\n`),
    )
    const texts = ['007', '+1', '.5', '1.', 'True', 'NaN', '0x1', '1e', '"1"', '"null"', '""']
    const read = await parse(`a\n${texts.join('\n')}\n`, { types: 'auto' })
    const expected = texts.map((cell) => `{"a":"${cell.replaceAll('"', '')}"}\n`)
    assert.deepEqual(read, expected)
  })

  it('leaves out attributes of empty cells where asked for values', async () => {
    assert.deepEqual(await parse('a,b\n,1\n,""\n,\n', { types: 'auto' }), [
      '{"b":1}\n',
      '{"b":""}\n',
      '{}\n',
    ])
  })

  it('keeps attributes of the system texts', async () => {
    const lines = await parse('_key,_from,n\n1,2,3\n', { types: 'auto' })
    assert.deepEqual(lines, ['{"_key":"1","_from":"2","n":3}\n'])
  })

  it('takes names that are given, and leaves out columns without', async () => {
    const options = { fields: ['a', '', 'b'] }
    assert.deepEqual(await parse('1,2,3\n4,5,6', options), [
      '{"a":"1","b":"3"}\n',
      '{"a":"4","b":"6"}\n',
    ])
  })

  it('takes another delimiter', async () => {
    assert.deepEqual(await parse('a\tb\n1,5\t"x\ty"\n', { delimiter: '\t' }), [
      '{"a":"1,5","b":"x\\ty"}\n',
    ])
    assert.throws(() => createCsvParser({ delimiter: '' }), RangeError)
  })

  it('numbers documents by lines of the table', async () => {
    const chunks = await collect<EntryChunk>([Buffer.from(HARD)], createCsvParser())
    const numbers = chunks.flatMap((chunk) =>
      Array.from({ length: chunk.lineCount }, (_, index) => chunk.lineNumber(index)),
    )
    assert.deepEqual(numbers, [2, 4, 6])
  })

  it('reads a table without rows, and nothing', async () => {
    assert.deepEqual(await parse('a,b\n'), [])
    assert.deepEqual(await parse(''), [])
    assert.deepEqual(await parse('a\n\nx\n'), ['{"a":""}\n', '{"a":"x"}\n'])
  })

  it('refuses what is no table, with the line and without the cells', async () => {
    const cases: [text: string, line: number, reason: RegExp][] = [
      ['a,b\n1,2\n"x\ny",2\nsecret\n', 5, /1 cells for 2 columns/],
      ['a,b\n1,secret,3\n', 2, /3 cells for 2 columns/],
      ['a,b\n"secret"x,1\n', 2, /text after a closing quote/],
      ['a,b\n1,2\nsec"ret,1\n', 3, /a quote inside a cell/],
      ['a,b\n1,"secret', 2, /ends inside of quotes/],
      ['a,b,a\n', 1, /two columns have the same name/],
      ['a,,b\n', 1, /a column has no name/],
    ]
    for (const [text, line, reason] of cases) {
      await assert.rejects(parse(text, { source: 'x.csv' }), (error) => {
        assert.ok(error instanceof FormatError, text)
        assert.equal(error.number, line, text)
        assert.match(error.reason, reason, text)
        assert.doesNotMatch(error.message, /sec"?ret/)
        assert.match(error.message, /^Cannot read CSV, line \d of x\.csv: /)
        return true
      })
    }
  })

  it('refuses bytes that are not UTF-8', async () => {
    await assert.rejects(parse([Buffer.from('a\nx\xff\n', 'latin1')]), /not UTF-8/)
    await assert.rejects(parse([Buffer.from('a\nx\xc3', 'latin1')]), /not UTF-8/)
  })

  it('bounds a row, of however many cells', async () => {
    const long = 'x'.repeat(100)
    assert.equal((await parse(`a\n${long}\n`, { rowLengthMax: 200 })).length, 1)
    await assert.rejects(parse(`a\n"${long}\n${long}"\n`, { rowLengthMax: 150 }), /line 2: .*long/)
    const commas = blocksOf(Buffer.from(`a\n${','.repeat(1000)}`), 100)
    await assert.rejects(parse(commas, { rowLengthMax: 150 }), /line 2: the row is too long/)
    const names = Array.from({ length: CSV_COLUMNS_MAX + 1 }, (_, index) => String(index))
    await assert.rejects(parse(names.join(',')), /line 1: there are more than 16384 columns/)
    assert.throws(() => createCsvParser({ rowLengthMax: 0 }), RangeError)
  })

  it('brings back what createCsvFormatter() wrote', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', '1', 'null', 'true', '1e5', 'a"b', 'a\r\nb', ' ', '\r', ','),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    )
    const name = fc.string({ minLength: 1, unit: 'grapheme' })
    const document = fc.dictionary(name, value, { minKeys: 1, noNullPrototype: true })
    await fc.assert(
      fc.asyncProperty(fc.array(document), async (documents) => {
        const lines = documents.map((one) => `${JSON.stringify(one)}\n`)
        const table = await collect<Buffer>(
          [Buffer.from(lines.join(''))],
          createChunker(),
          createCsvFormatter(),
        )
        const read = await parse(table, { types: 'auto' })
        assert.deepEqual(
          read.map((line) => JSON.parse(line) as unknown),
          lines.map((line) => JSON.parse(line) as unknown),
        )
      }),
    )
  })
})
