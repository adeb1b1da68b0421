import assert from 'node:assert/strict'
import fc from 'fast-check'
import { EntryChunk } from '../../../lib/streams/index.js'
import {
  createTransformRunner,
  type DocumentTransform,
  type MutableDocument,
} from '../../../lib/streams/transform/index.js'
import { chunkOf } from '../../support/chunk.js'
import { linesOf } from '../../support/streams.js'
import { transformLines } from '../../support/transform-lines.js'

const REV = '_fMI7bzK--B'
/** Documents as hostile tools may write them; nothing of them may change by being looked at. */
const HOSTILE = [
  '{"_key":"a","n":1.0,"e":1e3,"z":-0,"big":9007199254740993,"huge":1e400,"tiny":1e-400}',
  '{ "_key" : "b" ,\t"s":"\\u00e4\\/\\ud800\\"" }',
  '{"_key":"c","x":1,"x":2,"_key":"c"}',
  '{"_key":"d","__proto__":{"polluted":true},"constructor":{"prototype":{"y":1}}}',
  '{"_key":"é","text":"日本語 \u{1f600}","2":1,"1":2}\r',
  '  {"data":{"_key":"g"},"type":2300}',
  '{"type":2300,"data":{"_key":"h","n":1.50}}',
  '{"type":2300,"key":"i","rev":"1234567890","data":{"_key":"i","_rev":"1234567890"}}',
  `{"tick":"9","type":2301,"key":"j","rev":"${REV}","data":{"_key":"j","_rev":"${REV}"}}`,
  '{"type":2302,"key":"k"}',
  '{"type":2302,"data":{"_key":"l","_rev":"9"}}',
]

describe('createTransformRunner() keeps what nobody changed', () => {
  const looks: Record<string, DocumentTransform> = {
    'returns the document': { document: (document) => document },
    'returns it later': { document: (document) => Promise.resolve(document) },
    'is known to change nothing': { document: (document) => document, isReadOnly: true },
    'changes the document and changes it back': {
      document: (document) => {
        const key = document['_key']
        document['_key'] = 'other'
        document['_key'] = key
        return document
      },
    },
    'gives the document in a list': { document: (document) => [document] },
    'decides by the line': { line: () => true },
    'has no functions': {},
  }
  for (const [title, transform] of Object.entries(looks)) {
    it(`when a transform ${title}`, async () => {
      const { lines, counts } = await transformLines(HOSTILE, [transform, transform])
      assert.deepEqual(lines, HOSTILE)
      assert.equal(counts.changed + counts.dropped + counts.added + counts.harmed, 0)
      assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    })
  }

  it('gives the chunk itself where nothing changed, and ends the last line only if it must', async () => {
    const buffer = Buffer.from('{"_key":"a"}\n{"_key":"b"}')
    const offsets = Uint32Array.of(0, 13, 25)
    const chunk = new EntryChunk({ buffer, offsets, firstLineNumber: 1, byteOffset: 0 })
    const same = createTransformRunner([{ document: (document) => document }])
    assert.equal((await same.transform(chunk, undefined)).chunks[0], chunk)
    const twice = createTransformRunner([{ document: (document) => [document, document] }])
    const { chunks } = await twice.transform(chunk, undefined)
    const expected = ['{"_key":"a"}\n', '{"_key":"a"}\n', '{"_key":"b"}\n', '{"_key":"b"}\n']
    assert.deepEqual(linesOf(chunks), expected)
  })

  it('leaves out blank lines, and gives no chunk when nothing is left', async () => {
    const { lines, counts } = await transformLines(['', '{"_key":"a"}', ' \r'], (d) => d)
    assert.deepEqual([lines, counts.documents], [['{"_key":"a"}'], 1])
    const runner = createTransformRunner([{ document: () => undefined }])
    assert.deepEqual((await runner.transform(chunkOf(['{"_key":"a"}']), undefined)).chunks, [])
    assert.deepEqual((await runner.transform(chunkOf([]), undefined)).chunks, [])
  })
})

describe('createTransformRunner() notices every change', () => {
  const changes: Record<string, (document: MutableDocument) => unknown> = {
    'a value': (document) => (document['n'] = 2),
    'a deep value': (document) => ((document['o'] as { x: unknown }).x = 'y'),
    'an item': (document) => (document['l'] as unknown[]).push(3),
    'a sign of zero': (document) => (document['zero'] = 0),
    'a missing attribute': (document) => delete document['n'],
    'a new attribute': (document) => (document['new'] = null),
    'another order': (document) => {
      const value = document['n']
      delete document['n']
      document['n'] = value
    },
    'another name for a value': (document) => {
      document['m'] = document['last']
      delete document['last']
    },
  }
  const source = '{ "_key":"a", "n":1, "o":{"x":1}, "l":[1,2], "zero":-0, "last":true }'
  for (const [title, change] of Object.entries(changes)) {
    it(`${title}, made in place`, async () => {
      const change2 = (document: MutableDocument): MutableDocument => {
        change(document)
        return document
      }
      const expected = JSON.parse(source) as MutableDocument
      change(expected)
      // The second and third come after the runner knows that documents are changed in place.
      const { lines, counts } = await transformLines([source, source, source], change2)
      assert.equal(counts.changed, 3)
      for (const line of lines) {
        assert.deepEqual(JSON.parse(line), expected)
        assert.deepEqual(
          Object.keys(JSON.parse(line) as object).join(),
          Object.keys(expected).join(),
        )
      }
    })
  }

  it('documents that stay among those that change', async () => {
    const lines = ['{ "_key":"a","n":1 }', '{ "_key":"b","n":2 }', '{ "_key":"c","n":3 }']
    const { lines: after, counts } = await transformLines(lines, (document) => {
      if (document['n'] === 2) document['n'] = 20
      return document
    })
    assert.deepEqual(after, [lines[0], '{"_key":"b","n":20}', lines[2]])
    assert.deepEqual([counts.unchanged, counts.changed], [2, 1])
  })

  it('a copy that says the same as no change', async () => {
    const { lines, counts } = await transformLines(['{"_key":"a","n":1.5}'], (d) => ({ ...d }))
    assert.deepEqual([lines, counts.unchanged], [['{"_key":"a","n":1.5}'], 1])
  })
})

describe('createTransformRunner() keeps the form of a line', () => {
  const rename: DocumentTransform['document'] = (document) => ({
    ...document,
    _key: 'z',
    _rev: 'B',
  })
  const changed = '{"_key":"z","_rev":"B"}'
  const document = `{"_key":"a","_rev":"${REV}"}`
  const rows = [
    [document, changed],
    [`{"type":2300,"data":${document}}`, `{"type":2300,"data":${changed}}`],
    [` {"data":${document} ,"type":2300}\r`, `{"data":${changed} ,"type":2300}`],
    [
      `{"tick":"9","type":2301,"key":"a","rev":"${REV}","data":${document}}`,
      `{"tick":"9","type":2301,"key":"z","rev":"----------B","data":${changed}}`,
    ],
    [
      `{"type":2300,"key":"a","rev":"${REV}","data":${document},"data":{"no":1},"more":[1.0]}`,
      `{"type":2300,"key":"z","rev":"B","data":${changed},"data":null,"more":[1.0]}`,
    ],
  ] as const
  for (const [line, expected] of rows) {
    it(line.slice(0, 30), async () => {
      assert.deepEqual((await transformLines([line], rename)).lines, [expected])
    })
  }

  it('with key and revision as they were where the document kept them', async () => {
    const line = `{"type":2300,"key":"a","rev":"0${REV}","data":{"_key":"a","_rev":"0${REV}"}}`
    const { lines } = await transformLines([line], (d) => ({ ...d, n: 1 }))
    assert.deepEqual(lines, [line.replace('"}}', '","n":1}}')])
  })

  it('with an empty revision where the document lost its own', async () => {
    const line = `{"type":2300,"key":"a","rev":"${REV}","data":${document}}`
    const { lines } = await transformLines([line], () => ({ _key: 'a' }))
    assert.deepEqual(lines, ['{"type":2300,"key":"a","rev":"","data":{"_key":"a"}}'])
  })
})

describe('createTransformRunner() with documents of any kind', () => {
  const document = fc
    .record({ _key: fc.stringMatching(/^[a-z]{1,9}$/), value: fc.jsonValue() })
    .map((value) => JSON.stringify(value))

  it('changes nothing but what a function changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1 }), fc.nat(3), async (lines, every) => {
        let count = 0
        const { lines: after } = await transformLines(lines, (found) => {
          count += 1
          if (count % 4 !== every) return found
          found['added'] = count
          return found
        })
        assert.equal(after.length, lines.length)
        for (const [index, line] of after.entries()) {
          if ((index + 1) % 4 !== every) assert.equal(line, lines[index])
          else {
            const expected = { ...(JSON.parse(lines[index] as string) as object), added: index + 1 }
            assert.equal(line, JSON.stringify(expected))
          }
        }
      }),
    )
  })
})
