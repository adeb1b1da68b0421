import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  createChunker,
  filterChunk,
  filterEntries,
  formatChunks,
  LineCutter,
  type EntryChunk,
} from '../../lib/streams/index.js'
import { chunkOf } from '../support/chunk.js'
import { blocksOf, collect, linesOf } from '../support/streams.js'

const KEYS = ['a', 'b', 'c', 'd', 'e']
const chunk = chunkOf(
  KEYS.map((key) => `{"_key":"${key}", "n":1.0}\r`),
  'f',
)

function keep(...keys: readonly string[]): EntryChunk | undefined {
  return filterChunk(chunk, ({ key }) => keys.includes(key))
}

describe('filterChunk', () => {
  it('gives the chunk itself when everything stays', () => {
    assert.equal(keep(...KEYS), chunk)
  })

  it('gives nothing when nothing stays', () => {
    assert.equal(keep(), undefined)
  })

  it('gives a view when neighbours stay', () => {
    const rest = keep('b', 'c')
    assert.equal(rest?.buffer.buffer, chunk.buffer.buffer)
    assert.deepEqual(linesOf([rest]), linesOf([chunk]).slice(1, 3))
    assert.deepEqual(rest.place(1), chunk.place(2))
  })

  it('copies what stays, byte for byte, and knows the lines’ numbers', () => {
    const rest = keep('a', 'b', 'e')
    assert.ok(rest !== undefined)
    const lines = linesOf([chunk])
    assert.deepEqual(linesOf([rest]), [lines[0], lines[1], lines[4]])
    assert.deepEqual(rest.place(2), { lineNumber: 5, byteOffset: undefined, source: 'f' })
  })

  it('knows the lines’ numbers after several filters', () => {
    const once = keep('a', 'c', 'd', 'e')
    assert.ok(once !== undefined)
    const twice = filterChunk(once, ({ key }) => key === 'c' || key === 'd')
    assert.deepEqual([twice?.place(0).lineNumber, twice?.place(1).lineNumber], [3, 4])
    const thrice = filterChunk(once, ({ key }) => key === 'a' || key === 'e')
    assert.deepEqual([thrice?.place(0).lineNumber, thrice?.place(1).lineNumber], [1, 5])
  })

  it('leaves blank lines out', () => {
    const rest = filterChunk(chunkOf(['', '{"_key":"a"}', ' \r', '{"_key":"b"}']), () => true)
    assert.deepEqual(rest && linesOf([rest]), ['{"_key":"a"}\n', '{"_key":"b"}\n'])
  })

  it('leaves the last line without its newline as it is', () => {
    const cutter = new LineCutter()
    const body = Buffer.from('{"_key":"a"}\n{"_key":"b"}\n{"_key":"c"}')
    const chunks = [...cutter.cut(body), cutter.finish()]
    const rest = chunks.map((part) => part && filterChunk(part, ({ key }) => key !== 'b'))
    const buffers = rest.map((part) => part?.buffer.toString())
    assert.deepEqual(buffers, ['{"_key":"a"}\n', '{"_key":"c"}'])
  })

  it('shows each entry its place', () => {
    const numbers: number[] = []
    filterChunk(chunk, (_, { lineNumber }) => numbers.push(lineNumber) > 0)
    assert.deepEqual(numbers, [1, 2, 3, 4, 5])
  })

  it('is Array.filter over the lines', () => {
    const anyKeys = fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(anyKeys, fc.integer({ min: 1, max: 5 }), (keys, divisor) => {
        const lines = keys.map((key) => `{"_key":"${key}"}`)
        const rest = filterChunk(chunkOf(lines), ({ key }) => Number(key) % divisor === 0)
        const expected = lines.filter((_, index) => (keys[index] ?? 0) % divisor === 0)
        assert.deepEqual(
          rest === undefined ? [] : linesOf([rest]),
          expected.map((line) => `${line}\n`),
        )
      }),
    )
  })
})

describe('filterEntries', () => {
  const body = chunk.buffer

  it('passes on what stays, in order, however the bytes are cut', async () => {
    const expected = linesOf([chunk])
      .filter((_, index) => index % 2 === 0)
      .join('')
    for (const blockBytes of [1, 7, 1000]) {
      const bytes = await collect<Buffer>(
        blocksOf(body, blockBytes),
        createChunker(),
        filterEntries(({ key }) => 'ace'.includes(key)),
        formatChunks(),
      )
      assert.equal(Buffer.concat(bytes).toString(), expected)
    }
  })

  it('gives nothing for nothing, nor for chunks in which nothing stays', async () => {
    assert.deepEqual(
      await collect(
        [],
        filterEntries(() => true),
      ),
      [],
    )
    assert.deepEqual(
      await collect(
        [chunk],
        filterEntries(() => false),
      ),
      [],
    )
  })

  it('names the line at which the predicate threw, and keeps what it threw', async () => {
    const failure = new TypeError('with a secret')
    const stage = filterEntries(({ key }) => {
      if (key === 'c') throw failure
      return true
    })
    await assert.rejects(collect([chunk], stage), {
      code: 'ERR_TRANSFORM',
      message: 'Cannot transform dump line 3 of f (from byte 46): the function threw TypeError',
      cause: failure,
    })
  })

  it('names the line that is no entry', async () => {
    const bad = chunkOf(['{"_key":"a"}', '{"key":1}'], 'f')
    const stage = filterEntries(({ revisionText }) => revisionText === undefined)
    await assert.rejects(collect([bad], stage), { code: 'ERR_DUMP_LINE', lineNumber: 2 })
  })
})
