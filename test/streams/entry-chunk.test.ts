import assert from 'node:assert/strict'
import { EntryChunk } from '../../lib/streams/index.js'
import { DumpLineError, DumpLineScanner } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'

const LINES = [
  '{"_key":"a","_rev":"r1","n":1667750939696562176}',
  '',
  '{"type":2300,"data":{"_rev":"r2","_key":"b"}}',
  ' \r',
  '{"type":2302,"key":"c"}',
  '{"tick":"1","type":2301,"key":"ä","rev":"r","data":{"_key":"ä","_rev":"r4"}}\r',
]

function badUtf8(line: string): Buffer {
  return Buffer.from(line.replace('?', '\u00ff'), 'latin1')
}

function chunkOfBytes(buffer: Buffer, offsets: readonly number[]): EntryChunk {
  const place = { firstLineNumber: 5, byteOffset: 100, source: 'f' }
  return new EntryChunk({ buffer, offsets: Uint32Array.from(offsets), ...place })
}

describe('EntryChunk', () => {
  it('reads its entries one at a time and leaves blank lines out', () => {
    const entries = [...chunkOf(LINES).entries()]
    assert.deepEqual(
      entries.map(({ kind, form, key, revisionText }) => [kind, form, key, revisionText]),
      [
        ['document', 'bare', 'a', 'r1'],
        ['document', 'enveloped', 'b', 'r2'],
        ['removal', 'enveloped', 'c', undefined],
        ['document', 'documented', 'ä', 'r4'],
      ],
    )
  })

  it('gives views of its lines that know their place', () => {
    const views = [...chunkOf(LINES, 'f').lines()]
    assert.deepEqual(
      views.map(({ index, lineNumber, byteOffset, source }) => [
        index,
        lineNumber,
        byteOffset,
        source,
      ]),
      [
        [0, 1, 0, 'f'],
        [2, 3, 50, 'f'],
        [4, 5, 99, 'f'],
        [5, 6, 123, 'f'],
      ],
    )
  })

  it('gives the documents, in every form, without removals', () => {
    const documents = [...chunkOf(LINES).documents()]
    assert.deepEqual(documents, [
      { _key: 'a', _rev: 'r1', n: Number('1667750939696562176') },
      { _rev: 'r2', _key: 'b' },
      { _key: 'ä', _rev: 'r4' },
    ])
  })

  it('gives the same documents from ASCII, from other texts, and over many windows', () => {
    for (const text of ['x'.repeat(500), 'ä'.repeat(300), 'y'.repeat(40_000)]) {
      const expected = Array.from({ length: 90 }, (_, n) => ({ _key: `k${n}`, n, text }))
      const chunk = chunkOf(expected.map((document) => JSON.stringify(document)))
      assert.deepEqual([...chunk.documents()], expected)
    }
  })

  const BAD = [
    ['what is not JSON', '{"_key":"a",}'],
    ['an entry without a key', '{"data":{"n":1}}'],
    ['an empty key', '{"_key":""}'],
    ['an unknown type', '{"type":2303,"data":{"_key":"a"}}'],
    ['two objects on a line', '{"_key":"a"}{"_key":"b"}'],
    ['what is no object', '[1]'],
    ['null', 'null'],
  ] as const
  for (const [title, line] of BAD) {
    it(`names the line of ${title}`, () => {
      const chunk = chunkOf(['{"_key":"a"}', line], 'f')
      const place = { code: 'ERR_DUMP_LINE', lineNumber: 2, byteOffset: 13, source: 'f' }
      assert.throws(() => [...chunk.entries()], place)
      assert.throws(() => [...chunk.documents()], place)
      assert.throws(() => [...chunk.lines()].map((entry) => entry.document()), place)
    })
  }

  it('refuses the line that is not UTF-8, and only that', () => {
    const [good, bad] = [Buffer.from('{"_key":"ä"}\n'), badUtf8('{"_key":"?"}\n')]
    const ends = [0, good.length, good.length + bad.length]
    const chunk = chunkOfBytes(Buffer.concat([good, bad]), ends)
    const refused = { code: 'ERR_DUMP_LINE', reason: 'it is not UTF-8', lineNumber: 6 }
    const scanner = new DumpLineScanner()
    assert.equal(chunk.scanLine(0, scanner), true)
    assert.throws(() => chunk.scanLine(1, scanner), refused)
    const documents = chunk.documents()
    assert.deepEqual(documents.next().value, { _key: 'ä' })
    assert.throws(() => documents.next(), refused)
  })

  it('counts offsets in errors from the beginning of the line', () => {
    const chunk = chunkOf(['{"_key":"a"}', '{"_key":x}'])
    assert.throws(() => chunk.scanLine(1, new DumpLineScanner()), {
      reason: 'expected a value (byte 8 of the line)',
    })
  })

  it('reads a last line without a newline', () => {
    const chunk = chunkOfBytes(Buffer.from('{"_key":"a"}'), [0, 12])
    assert.deepEqual(
      [...chunk.lines()].map(({ key }) => key),
      ['a'],
    )
  })
})

describe('ChunkEntry', () => {
  const first = (line: string) => {
    const [entry] = chunkOf([line]).lines()
    assert.ok(entry !== undefined)
    return entry
  }

  it('looks at the key alone when the line begins with it', () => {
    assert.equal(first('{"_key":"a1","_rev":never looked at').key, 'a1')
    assert.equal(first(`{"_key":"${'long-'.repeat(50)}"`).key, 'long-'.repeat(50))
    for (let length = 1; length < 20; length += 1) {
      const key = 'abcdefghijklmnopqrst'.slice(0, length)
      assert.equal(first(`{"_key":"${key}"}`).key, key)
    }
  })

  it('scans the line for any other key', () => {
    assert.equal(first('{ "_key":"a"}').key, 'a')
    assert.equal(first('{"_key":"\\u0061"}').key, 'a')
    assert.equal(first('{"_key":"ä"}').key, 'ä')
    assert.equal(first('{"_id":"c/a","_key":"a"}').key, 'a')
    assert.equal(first('{"_keys":1,"_key":"a"}').key, 'a')
    assert.equal(first('{"type":2302,"key":"a"}').key, 'a')
  })

  for (const line of ['{"_key":""}', '{"_key":"a', '{"_key":"', '{"_key":"\\x"}', '{"_key":5}']) {
    it(`finds no key in ${line}`, () => {
      assert.throws(() => first(line).key, DumpLineError)
    })
  }

  it('finds no key beyond its line', () => {
    const buffer = Buffer.from('{"_key":"a"')
    const entry = [...chunkOfBytes(buffer, [0, 10, 11]).lines()][0]
    assert.throws(() => entry?.key, DumpLineError)
  })

  it('refuses a key that is not UTF-8', () => {
    const bytes = badUtf8('{"_key":"?"}\n')
    const [entry] = chunkOfBytes(bytes, [0, bytes.length]).lines()
    assert.throws(() => entry?.key, { reason: 'it is not UTF-8' })
  })

  it('gives revision, bytes and document when asked', () => {
    const entry = first('{"type":2300,"data":{"_key":"a","_rev":"r","n":1.0}}')
    assert.equal(entry.revisionText, 'r')
    assert.equal(entry.bytes?.toString(), '{"_key":"a","_rev":"r","n":1.0}')
    assert.deepEqual(entry.document(), { _key: 'a', _rev: 'r', n: 1 })
    assert.equal(entry.lineBytes.at(-1), 0x0a)
    assert.equal(entry.read(), entry.read())
  })

  it('has neither bytes nor document for a removal', () => {
    const entry = first('{"type":2302,"key":"a"}')
    assert.deepEqual([entry.key, entry.bytes, entry.document()], ['a', undefined, undefined])
  })
})
