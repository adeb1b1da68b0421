import assert from 'node:assert/strict'
import { CHUNK_BYTES } from '../../../lib/core/index.js'
import {
  createTransformRunner,
  type DocumentTransform,
  type MutableDocument,
} from '../../../lib/streams/transform/index.js'
import { chunkOf } from '../../support/chunk.js'
import { linesOf } from '../../support/streams.js'
import { transformLines } from '../../support/transform-lines.js'

const REV = '_fMI7bzK--B'

function* countTo(end: number): Generator<number> {
  for (let n = 0; n < end; n += 1) yield n
}

describe('createTransformRunner() takes every kind of result', () => {
  const LINES = ['{"_key":"a","n":0}', '{"_key":"b","n":1}', '{"_key":"c","n":2}']
  const half = (n: unknown): boolean => n === 1
  const kinds: Record<string, DocumentTransform['document']> = {
    'undefined or null': (d) => (half(d['n']) ? (d['x'] === 1 ? null : undefined) : d),
    'a promise of nothing': (d) => Promise.resolve(half(d['n']) ? null : d),
    'an empty list': (d) => (half(d['n']) ? [] : [d]),
    'a generator': function* (d) {
      if (!half(d['n'])) yield d
    },
    'an async generator': async function* (d) {
      await Promise.resolve()
      if (!half(d['n'])) yield d
    },
    'a set': (d) => new Set(half(d['n']) ? [] : [d]),
  }
  for (const [title, document] of Object.entries(kinds)) {
    it(title, async () => {
      const { lines, counts } = await transformLines(LINES, document)
      assert.deepEqual(lines, [LINES[0], LINES[2]])
      assert.deepEqual([counts.documents, counts.unchanged, counts.dropped], [3, 2, 1])
    })
  }

  it('several documents, written when they are given, of which the first keeps the revision', async () => {
    const line = `{"_key":"a","_rev":"${REV}"}`
    const { lines, counts } = await transformLines([line], function* (document) {
      yield document
      document['n'] = 1
      yield document
      document['n'] = 2
      document['_rev'] = 'other'
      yield document
      yield { _key: 'b', _rev: 'other' }
      yield { _key: 'c', _rev: 7 }
    })
    assert.deepEqual(lines, [
      ...[line, '{"_key":"a","n":1}', '{"_key":"a","_rev":"other","n":2}'],
      ...['{"_key":"b"}', '{"_key":"c","_rev":7}'],
    ])
    assert.deepEqual([counts.documents, counts.unchanged, counts.added], [1, 1, 4])
  })

  it('short ones and long ones, with and without numbers, of which the first keeps the revision', async () => {
    const text = 'x'.repeat(500)
    const line = `{"_key":"a","_rev":"${REV}","n":1.0,"text":"${text}"}`
    const { lines } = await transformLines([line], ({ _key, _rev, n, text: long }) => [
      ...[
        { _key, _rev },
        { _key, _rev, n },
        { _key, _rev, long },
        { _key, n, long },
      ],
    ])
    assert.deepEqual(lines, [
      ...[`{"_key":"a","_rev":"${REV}"}`, '{"_key":"a","n":1.0}', `{"_key":"a","long":"${text}"}`],
      `{"_key":"a","n":1.0,"long":"${text}"}`,
    ])
  })

  it('what changes itself into JSON, and what has a class or no prototype', async () => {
    class Customer {
      readonly _key = 'k'
      readonly at: Date = new Date(0)
    }
    const bare = Object.assign(Object.create(null) as MutableDocument, { _key: 'p' })
    const results = [new Customer(), { _key: 'x', u: undefined }, bare] as unknown[]
    const odd = Object.assign(Object.create({}) as object, {
      _key: 'x',
      toJSON: () => ({ _key: 'json' }),
    })
    const { lines } = await transformLines(['{"_key":"a"}'], () => [...results, odd] as never)
    assert.deepEqual(lines, [
      ...['{"_key":"k","at":"1970-01-01T00:00:00.000Z"}', '{"_key":"x"}', '{"_key":"p"}'],
      '{"_key":"json"}',
    ])
  })

  it('more than a chunk holds, in chunks of bounded size', async () => {
    const text = 'ä'.repeat(500)
    const runner = createTransformRunner([
      {
        document: function* () {
          for (const n of countTo(1000)) yield { _key: `k${n}`, text }
        },
      },
    ])
    const { chunks } = await runner.transform(chunkOf(['{"_key":"a"}'], 'f'), undefined)
    assert.equal(linesOf(chunks).length, 1000)
    assert.ok(chunks.length > 1)
    assert.ok(chunks.every(({ buffer }) => buffer.length <= 2 * CHUNK_BYTES + 2000))
    assert.ok(chunks.every((chunk) => chunk.lineNumber(0) === 1 && chunk.source === 'f'))
  })
})

describe('createTransformRunner() hands documents from one transform to the next', () => {
  it('in their order, also when some wait', async () => {
    const add = (name: string): DocumentTransform => ({
      name,
      document: (document) => ({ ...document, path: `${String(document['path'])}${name}` }),
    })
    const later: DocumentTransform = {
      document: async function* (document) {
        await Promise.resolve()
        yield { ...document, half: 1 }
        await Promise.resolve()
        yield { ...document, half: 2 }
      },
    }
    const wait: DocumentTransform = { document: (document) => Promise.resolve(document) }
    const twice: DocumentTransform = { document: (document) => [document, document] }
    const { lines } = await transformLines(
      ['{"_key":"a","path":""}', '{"_key":"b","path":""}'],
      [add('x'), twice, wait, later, add('y')],
    )
    const expected = ['a', 'b'].flatMap((key) =>
      [1, 2, 1, 2].map((half) => `{"_key":"${key}","path":"xy","half":${half}}`),
    )
    assert.deepEqual(lines, expected)
  })

  it('by the line alone as long as nobody has parsed it', async () => {
    const seen: string[] = []
    const byLine = (name: string, answer: boolean | undefined): DocumentTransform => ({
      line: ({ key }) => {
        seen.push(`${name} line ${key}`)
        return key === 'b' ? answer : true
      },
      document: (document) => {
        seen.push(`${name} ${String(document['_key'])}`)
        return document
      },
    })
    const lines = ['{"_key":"a", "broken', '{"_key":"b" }']
    const result = await transformLines(lines, [
      byLine('1', true),
      byLine('2', undefined),
      byLine('3', true),
    ])
    assert.deepEqual(result.lines, lines)
    assert.deepEqual(seen, [
      ...['1 line a', '2 line a', '3 line a', '1 line b', '2 line b', '2 b', '3 b'],
    ])
    const dropped = await transformLines(lines, [byLine('1', false)])
    assert.deepEqual(dropped.lines, [lines[0]])
    assert.equal(dropped.counts.dropped, 1)
  })
})

describe('createTransformRunner(), an envelope with two documents', () => {
  it('takes the first one, as all that reads lines does, and leaves nothing of the other', async () => {
    const both = '"data":{"_key":"a","n":1.0},"data":{"_key":"b","n":"secret"}'
    const inner = '{"_key":"i","data":{"data":1.0}}'
    const { lines } = await transformLines(
      [
        `{"type":2300,${both}}`,
        `{"type":2300,"key":"a",${both},"tick":"1"}`,
        `{"type":2300,"data":${inner}}`,
      ],
      (document) => ({ ...document, m: 1 }),
    )
    assert.deepEqual(lines, [
      '{"type":2300,"data":{"_key":"a","n":1.0,"m":1},"data":null}',
      '{"type":2300,"key":"a","data":{"_key":"a","n":1.0,"m":1},"data":null,"tick":"1"}',
      `{"type":2300,"data":{"_key":"i","data":{"data":1.0},"m":1}}`,
    ])
  })
})
