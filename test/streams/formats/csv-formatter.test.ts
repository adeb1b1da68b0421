import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { CSV_COLUMNS_MAX } from '../../../lib/core/index.js'
import {
  createChunker,
  createCsvFormatter,
  EntryChunk,
  type CsvFormatterOptions,
} from '../../../lib/streams/index.js'
import { blocksOf, collect } from '../../support/streams.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

async function format(text: string, options?: CsvFormatterOptions): Promise<string> {
  const blocks = blocksOf(Buffer.from(text), 16)
  const chunker = createChunker({ source: 'x.jsonl' })
  return Buffer.concat(
    await collect<Buffer>(blocks, chunker, createCsvFormatter(options)),
  ).toString()
}

describe('createCsvFormatter()', () => {
  const { at } = useTemporaryDirectory()

  it('takes all top-level attributes in the order in which they are seen', async () => {
    const text = '{"_key":"a","x":1}\n\n{"y":true,"_key":"b"}\n{"_key":"c","x":2,"z":[]}\n'
    assert.equal(await format(text), '_key,x,y,z\na,1,,\nb,,true,\nc,2,,[]\n')
  })

  it('takes the lines of several files, the last of which may lack its newline', async () => {
    const chunks = ['{"a":1}', '{"a":2}'].map((line) => {
      const buffer = Buffer.from(line)
      const offsets = Uint32Array.of(0, buffer.length)
      return new EntryChunk({ buffer, offsets, firstLineNumber: 1, byteOffset: 0 })
    })
    const rows = await collect<Buffer>(chunks, createCsvFormatter())
    assert.equal(Buffer.concat(rows).toString(), 'a\n1\n2\n')
  })

  it('takes the columns that are asked for, in that order', async () => {
    const text = '{"_key":"a","x":1,"y":2}\n{"_key":"b"}\n'
    assert.equal(await format(text, { fields: ['y', '_key', 'no'] }), 'y,_key,no\n2,a,\n,b,\n')
  })

  it('reaches inside of objects', async () => {
    const fields = [
      { name: 'city', path: ['address', 'city'] },
      'address',
      { name: 'again', path: ['address', 'city'] },
      { name: 'deep', path: ['a', 'b', 'c'] },
    ]
    const text = '{"address":{"city":"Köln","zip":5}}\n{"a":{"b":{"c":1.0}},"address":7}\n'
    const rows = 'city,address,again,deep\nKöln,"{""city"":""Köln"",""zip"":5}",Köln,\n,7,,1.0\n'
    assert.equal(await format(text, { fields }), rows)
  })

  it('keeps the text of numbers', async () => {
    const numbers = ['1.10', '123456789012345678901234567890', '-0', '1E+400', '0.1e-7']
    const lines = numbers.map((number) => `{"n": ${number} }\n`)
    assert.equal(await format(lines.join('')), `n\n${numbers.join('\n')}\n`)
  })

  it('tells texts, numbers, null, nothing and the empty text apart', async () => {
    const text =
      '{"a":"1","b":1,"c":null,"d":"null","e":"","f":"true","g":true}\n{"a":"01","c":"-1.5e3"}\n'
    const rows = 'a,b,c,d,e,f,g\n"1",1,null,"null","","true",true\n01,,"-1.5e3",,,,\n'
    assert.equal(await format(text), rows)
  })

  it('writes for null what is asked for', async () => {
    const text = '{"a":null,"b":"","c":"NULL"}\n'
    assert.equal(await format(text, { nullText: '' }), 'a,b,c\n,"",NULL\n')
    assert.equal(await format(text, { nullText: 'NULL' }), 'a,b,c\nNULL,"","NULL"\n')
  })

  it('does not quote keys that look like numbers', async () => {
    assert.equal(await format('{"_key":"12","_id":"1","_rev":"2"}\n'), '_key,_id,_rev\n12,1,2\n')
  })

  it('quotes as RFC 4180 says', async () => {
    const text = '{"a,b":"x,y","c":"say \\"hi\\"","d":"1\\r\\n2","e":"\\r","f":" s "}\n'
    assert.equal(await format(text), '"a,b",c,d,e,f\n"x,y","say ""hi""","1\r\n2","\r", s \n')
    const options = { delimiter: ';', lineEnd: '\r\n' } as const
    assert.equal(await format('{"a":"x;y","b":"x,y"}\n', options), 'a;b\r\n"x;y";x,y\r\n')
  })

  it('leaves out the header', async () => {
    assert.equal(await format('{"a":1}\n', { header: false }), '1\n')
    assert.equal(await format('{"a":1}\n', { header: false, fields: ['a'] }), '1\n')
  })

  it('writes the header of a table without rows where it knows it', async () => {
    assert.equal(await format('', { fields: ['a', 'b'] }), 'a,b\n')
    assert.equal(await format(''), '')
  })

  it('takes the documents out of the envelopes of a dump', async () => {
    const text =
      '{"type":2300,"data":{"_key":"a","x":1}}\n{"tick":"1","type":2301,"data":{"_key":"b"}}\n' +
      '{"_key":"c","type":2300,"data":{"x":3}}\n'
    assert.equal(
      await format(text, { fields: ['_key', 'x', 'type'] }),
      '_key,x,type\na,1,\nb,,\nc,,2300\n',
    )
  })

  it('makes formulas harmless where asked to', async () => {
    const texts = ['=1+1', '+1', '-1', '@x', '\\tx', '\\rx', '＝1', 'a=1', '']
    const text = texts.map((one) => `{"t":"${one}"}\n`).join('') + '{"t":-1}\n'
    const rows = ["'=1+1", "'+1", "'-1", "'@x", "'\tx", '"\'\rx"', "'＝1", 'a=1', '""', '-1']
    assert.equal(await format(text, { safeFormulas: true }), `t\n${rows.join('\n')}\n`)
    assert.match(await format(text), /^t\n=1\+1\n\+1\n"-1"\n/)
  })

  it('keeps names of columns from being run, where it is asked for', async () => {
    const text = '{"=cmd()":1,"b":"\\n=2"}\n'
    assert.equal(await format(text), '=cmd(),b\n1,"\n=2"\n')
    assert.equal(await format(text, { safeFormulas: true }), `'=cmd(),b\n1,"'\n=2"\n`)
  })

  it('lets the last of a repeated attribute count', async () => {
    assert.equal(await format('{"a":1,"a":2}\n'), 'a\n2\n')
  })

  it('refuses what is no document, with the line', async () => {
    const cases: [line: string, reason: RegExp][] = [
      ['[1]', /expected an object \(byte 0 of the line\)/],
      ['{"a":1', /the text ends/],
      ['{"a":1} x', /text after the end of the object \(byte 8 of the line\)/],
      ['{"type":2302,"data":{"_key":"a"}}', /a removal is no document/],
    ]
    for (const [line, reason] of cases) {
      const error = { code: 'ERR_FORMAT', unit: 'line', number: 2, source: 'x.jsonl' }
      for (const fields of [undefined, ['a']]) {
        const failed = format(`{"a":1}\n${line}\n`, { fields })
        await assert.rejects(failed, error, line)
        await assert.rejects(failed, reason)
      }
    }
  })

  it('refuses half of a surrogate pair, which UTF-8 cannot hold', async () => {
    const failed = format('{"a":"secret \\ud83d"}\n')
    await assert.rejects(failed, /line 1 of x.jsonl: the text of column 1 has half of a/)
    await assert.rejects(failed, (error: Error) => !error.message.includes('secret'))
    assert.equal(await format('{"a":"\\ud83d\\ude00"}\n'), 'a\n😀\n')
  })

  it('bounds the columns', async () => {
    const names = Array.from({ length: CSV_COLUMNS_MAX + 1 }, (_, index) => `"${index}":0`)
    await assert.rejects(format(`{${names.join(',')}}\n`), /line 1 .* more than 16384 attributes/)
  })

  it('refuses options that make no table', () => {
    assert.throws(() => createCsvFormatter({ fields: [] }), RangeError)
    assert.throws(() => createCsvFormatter({ fields: [{ name: 'a', path: [] }] }), RangeError)
    for (const delimiter of ['', '::', '"', '\n']) {
      assert.throws(() => createCsvFormatter({ delimiter }), RangeError, delimiter)
    }
  })

  it('tells of a place where no temporary file can be made', async () => {
    const failed = format('{"a":1}\n', { temporaryDirectory: at('not-there') })
    await assert.rejects(failed, { code: 'ERR_OUTPUT_FILE' })
    await assert.rejects(
      failed,
      /^OutputFileError: Cannot write file ".*": there is no such directory$/,
    )
  })

  it('leaves no temporary file, also when it is destroyed', async () => {
    const temporaryDirectory = at('.')
    assert.equal(await format('{"a":1}\n', { temporaryDirectory }), 'a\n1\n')
    const endless = Readable.from(repeat(Buffer.from('{"a":1}\n')))
    const formatter = createCsvFormatter({ temporaryDirectory })
    const closed = new Promise((resolve) => formatter.once('close', resolve))
    const failed = pipeline(endless, createChunker(), formatter, async (rows) => {
      for await (const row of rows) assert.fail(String(row))
    })
    setImmediate(() => formatter.destroy(new Error('enough')))
    await assert.rejects(failed, /enough/)
    await closed
    assert.deepEqual(await readdir(temporaryDirectory), [])
  })
})

function* repeat<Item>(item: Item): Generator<Item> {
  for (;;) yield item
}
