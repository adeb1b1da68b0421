import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  createDumpFormatter,
  createDumpParser,
  formatChunks,
  splitLines,
} from '../../lib/streams/index.js'
import type { DumpEntry } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { blocksOf, collect, cutAt } from '../support/streams.js'

const BODY = Buffer.from(
  '{"_key":"ä€𝄞"}\r\n\n{"type":2300,"data":{"_key":"b","n":1.0}}\n  \n{"_key":"c"}',
)

describe('splitLines', () => {
  it('gives lines without their ends, the last one too', async () => {
    assert.deepEqual(await collect([BODY], splitLines()), [
      '{"_key":"ä€𝄞"}',
      '',
      '{"type":2300,"data":{"_key":"b","n":1.0}}',
      '  ',
      '{"_key":"c"}',
    ])
  })

  it('names the line that is too long, finished or not', async () => {
    for (const body of ['12345\n123456\n1', '12345\n1234567']) {
      for (const blockBytes of [3, 100]) {
        const stage = splitLines({ lineLengthMax: 5, source: 'f' })
        await assert.rejects(collect(blocksOf(Buffer.from(body), blockBytes), stage), {
          code: 'ERR_LINE_TOO_LONG',
          lineNumber: 2,
          source: 'f',
          message: 'Cannot read line 2 of f: it is longer than 5 bytes',
        })
      }
    }
  })

  it('refuses a limit that is no positive integer', () => {
    for (const lineLengthMax of [0, -1, 1.5]) {
      assert.throws(() => splitLines({ lineLengthMax }), RangeError)
    }
  })
})

describe('createDumpParser', () => {
  it('reads the same entries however the bytes are cut', async () => {
    const whole = await collect<DumpEntry>([BODY], splitLines(), createDumpParser())
    assert.deepEqual(
      whole.map(({ key }) => key),
      ['ä€𝄞', 'b', 'c'],
    )
    const anyCuts = fc.uniqueArray(fc.integer({ min: 1, max: BODY.length - 1 }))
    await fc.assert(
      fc.asyncProperty(anyCuts, async (offsets) => {
        const stages = [splitLines(), createDumpParser()]
        assert.deepEqual(await collect(cutAt(BODY, offsets), ...stages), whole)
      }),
    )
  })

  it('takes Buffers as it takes strings', async () => {
    const lines = ['{"_key":"ä"}', '{"_key":"b"}\r\n', '\r\n']
    const fromBuffers = await collect(
      lines.map((line) => Buffer.from(line)),
      createDumpParser(),
    )
    assert.deepEqual(fromBuffers, await collect(lines, createDumpParser()))
    assert.equal(fromBuffers.length, 2)
  })

  it('names the line it could not read, blank ones counted', async () => {
    const parser = createDumpParser({ source: 'f' })
    await assert.rejects(collect(['{"_key":"a"}', '', '{'], parser), {
      code: 'ERR_DUMP_LINE',
      lineNumber: 3,
      source: 'f',
    })
  })
})

describe('createDumpFormatter', () => {
  const written = async (formatter: ReturnType<typeof createDumpFormatter>) =>
    Buffer.concat(await collect([BODY], splitLines(), createDumpParser(), formatter)).toString()

  it('writes entries in their own form', async () => {
    const expected = '{"_key":"ä€𝄞"}\n{"type":2300,"data":{"_key":"b","n":1.0}}\n{"_key":"c"}\n'
    assert.equal(await written(createDumpFormatter()), expected)
  })

  it('writes all entries in one form', async () => {
    assert.equal(
      await written(createDumpFormatter({ form: 'bare' })),
      '{"_key":"ä€𝄞"}\n{"_key":"b","n":1.0}\n{"_key":"c"}\n',
    )
  })
})

describe('formatChunks', () => {
  it('writes the bytes that came, and a newline between files that lack it', async () => {
    const { buffer } = chunkOf(['{"_key":"a"}'])
    const open = Object.assign(chunkOf(['{"_key":"b"}']), { buffer: buffer.subarray(0, -1) })
    const blocks = await collect<Buffer>([open, open, chunkOf(['c']), open], formatChunks())
    assert.equal(Buffer.concat(blocks).toString(), '{"_key":"a"}\n{"_key":"a"}\nc\n{"_key":"a"}')
  })
})
