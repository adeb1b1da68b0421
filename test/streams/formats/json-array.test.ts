import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  createChunker,
  createJsonArrayFormatter,
  createJsonArrayParser,
  FormatError,
  formatChunks,
  type EntryChunk,
  type JsonArrayOptions,
} from '../../../lib/streams/index.js'
import { blocksOf, collect, cutAt, linesOf } from '../../support/streams.js'

const HARD =
  '\ufeff [ {"_key":"a","n":1.10,"big":123456789012345678901234567890,"e":1E+2,"z":-0},\n' +
  '{"t":"]},{[\\"\\\\","u":"\\ud800","é":"ü\\n"}\t,[1,[2,[]]],"]",  null,true,-1.0e-5 ,{} ]\r\n'
const HARD_ITEMS = [
  '{"_key":"a","n":1.10,"big":123456789012345678901234567890,"e":1E+2,"z":-0}\n',
  '{"t":"]},{[\\"\\\\","u":"\\ud800","é":"ü\\n"}\n',
  '[1,[2,[]]]\n',
  '"]"\n',
  'null\n',
  'true\n',
  '-1.0e-5\n',
  '{}\n',
]

async function parse(blocks: readonly Buffer[], options?: JsonArrayOptions): Promise<string[]> {
  return linesOf(await collect<EntryChunk>(blocks, createJsonArrayParser(options)))
}

async function format(text: string): Promise<string> {
  const bytes = await collect<Buffer>(
    [Buffer.from(text)],
    createChunker({ source: 'x.jsonl' }),
    createJsonArrayFormatter(),
  )
  return Buffer.concat(bytes).toString()
}

describe('createJsonArrayParser()', () => {
  it('gives each item as a line with the bytes that came', async () => {
    assert.deepEqual(await parse([Buffer.from(HARD)]), HARD_ITEMS)
  })

  it('gives the same items however the bytes are cut', async () => {
    const bytes = Buffer.from(HARD)
    assert.deepEqual(await parse(blocksOf(bytes, 1)), HARD_ITEMS)
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }))
    await fc.assert(
      fc.asyncProperty(cuts, async (offsets) => {
        assert.deepEqual(await parse(cutAt(bytes, offsets)), HARD_ITEMS)
      }),
    )
  })

  it('makes one line of an item that goes over several', async () => {
    const pretty = JSON.stringify([{ a: [1, 'x  y\n'], 'b c': {} }, [], 7], undefined, 2)
    const lines = ['{"a":[1,"x  y\\n"],"b c":{}}\n', '[]\n', '7\n']
    assert.deepEqual(await parse([Buffer.from(pretty)]), lines)
    const spaced = '[ {"a" : 1},{"b":\r\n 2.50, "q\\" " : " "}]'
    assert.deepEqual(await parse([Buffer.from(spaced)]), [
      '{"a" : 1}\n',
      '{"b":2.50,"q\\" ":" "}\n',
    ])
  })

  it('reads an empty array', async () => {
    assert.deepEqual(await parse([Buffer.from(' [ ] ')]), [])
  })

  it('numbers its lines by items', async () => {
    const blocks = blocksOf(Buffer.from('[1,2,3,4]'), 4)
    const chunks = await collect<EntryChunk>(blocks, createJsonArrayParser({ source: 'x' }))
    const numbers = chunks.flatMap((chunk) =>
      Array.from({ length: chunk.lineCount }, (_, index) => chunk.lineNumber(index)),
    )
    assert.deepEqual(numbers, [1, 2, 3, 4])
    assert.equal(chunks[0]?.source, 'x')
  })

  it('refuses what is no array, with the item', async () => {
    const cases: [text: string, item: number, reason: RegExp][] = [
      ['', 1, /expected an array, but the text ends/],
      ['{"a":1}', 1, /expected an array$/],
      ['[1,2', 2, /ends inside/],
      ['[1,', 2, /ends inside/],
      ['[1 2]', 2, /expected a comma/],
      ['[1,]', 2, /expected a value/],
      ['[,1]', 1, /expected a value/],
      ['[1]]', 2, /after the end/],
      ['[1][2]', 2, /after the end/],
      ['[1,{"a":}]', 2, /expected a value \(byte 5 of the item\)/],
      ['[{"a":1]', 1, /expected a comma or a closing brace/],
      ['[01]', 1, /text after the end of the value/],
      ['[nul]', 1, /expected a value/],
      ['["a""b"]', 1, /text after the end of the value/],
      ['[}]', 1, /expected a value/],
    ]
    for (const [text, item, reason] of cases) {
      await assert.rejects(parse([Buffer.from(text)], { source: 'x.json' }), (error) => {
        assert.ok(error instanceof FormatError, text)
        assert.deepEqual([error.code, error.unit, error.number], ['ERR_FORMAT', 'item', item], text)
        assert.match(error.reason, reason, text)
        assert.match(error.message, /^Cannot read a JSON array, item \d of x\.json: /)
        return true
      })
    }
  })

  it('refuses bytes that are not UTF-8', async () => {
    await assert.rejects(parse([Buffer.from('["\xff"]', 'latin1')]), /item 1: it is not UTF-8/)
    await assert.rejects(parse([Buffer.from('\xef[1]', 'latin1')]), /item 1: it is not UTF-8/)
  })

  it('bounds an item', async () => {
    const text = Buffer.from(`[1,"${'x'.repeat(30)}"]`)
    assert.equal((await parse(blocksOf(text, 7), { itemBytesMax: 32 })).length, 2)
    await assert.rejects(parse(blocksOf(text, 7), { itemBytesMax: 31 }), /item 2.* 31 bytes/)
    assert.throws(() => createJsonArrayParser({ itemBytesMax: 0 }), RangeError)
  })
})

describe('createJsonArrayFormatter()', () => {
  it('writes the bytes of the lines between brackets', async () => {
    const text = '{"a":1.10, "b":"\\u00e9"}\r\n\n  [1]  \n"x"'
    assert.equal(await format(text), '[\n{"a":1.10, "b":"\\u00e9"},\n[1],\n"x"\n]\n')
  })

  it('writes an empty array for no lines', async () => {
    assert.equal(await format(''), '[]\n')
    assert.equal(await format(' \n\n'), '[]\n')
  })

  it('is read back to the same lines', async () => {
    const document = fc.dictionary(fc.string(), fc.jsonValue())
    await fc.assert(
      fc.asyncProperty(fc.array(document), async (documents) => {
        const lines = documents.map((one) => `${JSON.stringify(one)}\n`)
        assert.deepEqual(await parse([Buffer.from(await format(lines.join('')))]), lines)
      }),
    )
  })

  it('refuses a line that is no JSON', async () => {
    const error = { code: 'ERR_FORMAT', unit: 'line', number: 3, source: 'x.jsonl' }
    await assert.rejects(format('1\n\n{"a":}\n'), error)
    await assert.rejects(format('1\n2\n3 4\n'), error)
    await assert.rejects(format('{"a":}'), /write a JSON array, line 1 .*\(byte 5 of the line\)/)
  })

  it('starts over for each stream', async () => {
    const [chunk] = await collect<EntryChunk>([Buffer.from('1\n')], createChunker())
    for (const stream of [createJsonArrayFormatter(), createJsonArrayFormatter()]) {
      const bytes = Buffer.concat(await collect<Buffer>([chunk], stream))
      assert.equal(bytes.toString(), '[\n1\n]\n')
    }
    assert.equal(Buffer.concat(await collect<Buffer>([chunk], formatChunks())).toString(), '1\n')
  })
})
