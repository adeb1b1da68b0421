import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { LineCutter, LineTooLongError, type ChunkLinesOptions } from '../../lib/streams/index.js'
import { blocksOf, cutAt, linesOf } from '../support/streams.js'

const TEXT = '{"_key":"ä€𝄞"}\r\n\n{"_key":"b"}\n  \n{"_key":"a longer line than the others"}\nend'
const BODY = Buffer.from(TEXT)

function cutAll(blocks: readonly Buffer[], options: ChunkLinesOptions = {}) {
  const cutter = new LineCutter(options)
  const chunks = blocks.flatMap((block) => [...cutter.cut(block)])
  const last = cutter.finish()
  return last === undefined ? chunks : [...chunks, last]
}

describe('LineCutter', () => {
  it('gives nothing for nothing', () => {
    assert.deepEqual(cutAll([]), [])
    assert.deepEqual(cutAll([Buffer.alloc(0), Buffer.alloc(0)]), [])
  })

  it('passes whole lines as a view into the block', () => {
    const block = Buffer.from('{"a":1}\n{"b":2}\n')
    const [chunk, ...others] = cutAll([block])
    assert.deepEqual(others, [])
    assert.equal(chunk?.buffer.buffer, block.buffer)
    assert.deepEqual([...chunk.offsets], [0, 8, 16])
  })

  it('copies only the line that two blocks share', () => {
    const [first, second] = [Buffer.from('one\ntw'), Buffer.from('o\nthree\n')]
    const chunks = cutAll([first, second])
    assert.deepEqual(linesOf(chunks), ['one\n', 'two\n', 'three\n'])
    assert.equal(chunks[0]?.buffer.buffer, first.buffer)
    assert.equal(chunks[1]?.buffer.toString(), 'two\n')
    assert.equal(chunks[2]?.buffer.byteOffset, second.byteOffset + 2)
  })

  it('gives the same lines, numbers and offsets however the bytes are cut', () => {
    const places = (blocks: readonly Buffer[]) =>
      cutAll(blocks, { source: 'x', chunkBytes: 40 }).flatMap((chunk) =>
        linesOf([chunk]).map((line, index) => [line, chunk.place(index)]),
      )
    const whole = places([BODY])
    assert.equal(whole.length, 6)
    assert.deepEqual(places(blocksOf(BODY, 1)), whole)
    const anyCuts = fc.uniqueArray(fc.integer({ min: 1, max: BODY.length - 1 }))
    fc.assert(
      fc.property(anyCuts, (offsets) => {
        assert.deepEqual(places(cutAt(BODY, offsets)), whole)
      }),
    )
  })

  it('gives the bytes that came, whatever they are', () => {
    const anyBytes = fc
      .uint8Array({ maxLength: 300 })
      .map((bytes) => bytes.map((byte) => byte % 16))
    fc.assert(
      fc.property(fc.array(anyBytes), fc.integer({ min: 1, max: 50 }), (blocks, chunkBytes) => {
        const chunks = cutAll(
          blocks.map((block) => Buffer.from(block)),
          { chunkBytes },
        )
        assert.deepEqual(Buffer.concat(chunks.map(({ buffer }) => buffer)), Buffer.concat(blocks))
        const notLast = chunks.slice(0, -1)
        assert.ok(notLast.every(({ buffer }) => buffer.at(-1) === 0x0a))
        assert.ok(chunks.every((c) => c.buffer.length <= chunkBytes || c.lineCount === 1))
      }),
    )
  })

  it('makes chunks no larger than asked, but for one long line', () => {
    const chunks = cutAll([Buffer.from('aa\nbb\ncc\ndddddddddd\nee\n')], { chunkBytes: 6 })
    assert.deepEqual(
      chunks.map(({ buffer }) => buffer.toString()),
      ['aa\nbb\n', 'cc\n', 'dddddddddd\n', 'ee\n'],
    )
  })

  it('holds more lines than its first table of offsets', () => {
    const [chunk] = cutAll([Buffer.alloc(5000, '\n')])
    assert.equal(chunk?.lineCount, 5000)
    assert.equal(chunk.offsets[4999], 4999)
  })

  it('takes any Uint8Array', () => {
    const bytes = new Uint8Array([0x2d, 0x61, 0x0a]).subarray(1)
    const [chunk] = new LineCutter().cut(bytes)
    assert.equal(chunk?.buffer.toString(), 'a\n')
  })

  it('takes a line as long as the limit, however it is cut', () => {
    const body = Buffer.from('12345\n12345')
    for (const blocks of [[body], blocksOf(body, 1), blocksOf(body, 5)]) {
      assert.deepEqual(linesOf(cutAll(blocks, { lineBytesMax: 5 })), ['12345\n', '12345'])
    }
  })

  it('refuses a longer line and names source, line and offset', () => {
    const body = Buffer.from('123\n\n123456\n')
    for (const blocks of [[body], blocksOf(body, 1), blocksOf(body, 4), [body.subarray(0, -1)]]) {
      assert.throws(
        () => cutAll(blocks, { lineBytesMax: 5, source: 'a.json' }),
        (error) => {
          assert.ok(error instanceof LineTooLongError)
          assert.equal(error.code, 'ERR_LINE_TOO_LONG')
          const { lineNumber, byteOffset, source, lineBytesMax, message } = error
          assert.deepEqual([lineNumber, byteOffset, source, lineBytesMax], [3, 5, 'a.json', 5])
          assert.equal(
            message,
            'Cannot read line 3 of a.json (from byte 5): it is longer than 5 bytes',
          )
          return true
        },
      )
    }
  })

  it('refuses limits that are no positive integers', () => {
    for (const value of [0, -1, 1.5, Number.NaN, Infinity]) {
      assert.throws(() => new LineCutter({ chunkBytes: value }), RangeError)
      assert.throws(() => new LineCutter({ lineBytesMax: value }), RangeError)
    }
  })

  it('holds little beside the bytes of a line that comes byte by byte', async () => {
    const worker = new Worker(BYTE_BY_BYTE, {
      eval: true,
      resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 8 },
      workerData: new URL('../../lib/streams/index.js', import.meta.url).href,
    })
    assert.deepEqual(await once(worker, 'message'), [600_000])
  })
})

const BYTE_BY_BYTE = `
  const { parentPort, workerData } = require('node:worker_threads')
  import(workerData).then(({ LineCutter }) => {
    const cutter = new LineCutter()
    for (let count = 0; count < 600_000; count += 1) for (const _ of cutter.cut(Buffer.from('x'))) ;
    parentPort.postMessage(cutter.finish().buffer.length)
  })
`
