import assert from 'node:assert/strict'
import { CHUNK_BYTES } from '../../lib/core/index.js'
import {
  mapChunk,
  mapEntries,
  type DocumentMapper,
  type EntryChunk,
} from '../../lib/streams/index.js'
import type { JsonObject } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { collect, collectAll, linesOf } from '../support/streams.js'

const REV = '_fMI7bzK--B'
const EXACT =
  '{"_key":"a","big":1667750939696562176,"f":1.0,"o":{"x":-0,"y":[1e400]},"s":"\\u00e4"}'

async function mapLines(lines: readonly string[], map: DocumentMapper): Promise<string[]> {
  const chunks = await collectAll(mapChunk(chunkOf(lines, 'f'), map))
  return linesOf(chunks).map((line) => line.trimEnd())
}

async function mapLine(line: string, map: DocumentMapper): Promise<string> {
  return (await mapLines([line], map)).join('\n')
}

describe('mapChunk', () => {
  it('gives the chunk itself when nothing changes', async () => {
    const chunk = chunkOf([EXACT, '{"type":2302,"key":"c"}'])
    assert.deepEqual(await collectAll(mapChunk(chunk, (document) => document)), [chunk])
  })

  it('drops documents, and gives nothing when all are dropped', async () => {
    const map: DocumentMapper = (document) => (document['n'] === 2 ? undefined : document)
    const lines = [1, 2, 3].map((n) => `{"_key":"k","n":${n}}`)
    assert.deepEqual(await mapLines(lines, map), [lines[0], lines[2]])
    assert.deepEqual(await collectAll(mapChunk(chunkOf(lines), () => undefined)), [])
  })

  it('writes anew only what changed', async () => {
    const lines = ['{ "_key":"a", "n":1.0 }', '{ "_key":"b", "n":1.0 }', '{ "_key":"c", "n":1.0 }']
    const map: DocumentMapper = (document, { key }) =>
      key === 'b' ? { ...document, n: 2 } : document
    assert.deepEqual(await mapLines(lines, map), [lines[0], '{"_key":"b","n":2}', lines[2]])
  })

  it('keeps the bytes of the attributes that were left alone', async () => {
    const added = await mapLine(EXACT, (document) => ({ ...document, new: true }))
    assert.equal(added, EXACT.replace(/}$/, ',"new":true}'))
    const deep = await mapLine(EXACT, (document) => ({
      ...document,
      o: { ...(document['o'] as JsonObject), z: 1 },
    }))
    assert.equal(deep, EXACT.replace('[1e400]}', '[1e400],"z":1}'))
  })

  it('writes what has another value, and leaves out what has no JSON form', async () => {
    const map: DocumentMapper = () => ({ _key: 'a', n: 2, u: undefined, at: new Date(0), l: [1] })
    const expected = '{"_key":"a","n":2,"at":"1970-01-01T00:00:00.000Z","l":[1]}'
    assert.equal(await mapLine('{"_key":"a","n":1,"at":{},"l":{}}', map), expected)
  })

  it('takes the last of repeated attributes, as JSON.parse does', async () => {
    const line = '{"_key":"a","n":1.0,"n":2.0}'
    assert.equal(
      await mapLine(line, (document) => ({ ...document, m: 1 })),
      '{"_key":"a","n":2.0,"m":1}',
    )
  })

  it('keeps the form of the line, with key and revision of the changed document', async () => {
    const rename: DocumentMapper = (document) => ({ ...document, _key: 'z', _rev: 'B' })
    const document = `{"_key":"a","_rev":"${REV}"}`
    const changed = '{"_key":"z","_rev":"B"}'
    assert.equal(await mapLine(document, rename), changed)
    assert.equal(
      await mapLine(`{"type":2300,"data":${document}}`, rename),
      `{"type":2300,"data":${changed}}`,
    )
    assert.equal(
      await mapLine(`{"tick":"9","type":2301,"key":"a","rev":"${REV}","data":${document}}`, rename),
      `{"tick":"9","type":2301,"key":"z","rev":"----------B","data":${changed}}`,
    )
  })

  it('gives several documents for one', async () => {
    const map: DocumentMapper = function* (document) {
      yield { ...document, n: 0 }
      yield document
      yield { _key: 'other' }
    }
    assert.deepEqual(await mapLines(['{"_key":"a", "n":1.0}', '{"_key":"b"}'], map), [
      ...['{"_key":"a","n":0}', '{"_key":"a", "n":1.0}', '{"_key":"other"}'],
      ...['{"_key":"b","n":0}', '{"_key":"b"}', '{"_key":"other"}'],
    ])
  })

  it('gives chunks of bounded size, however many documents there are', async () => {
    const text = 'x'.repeat(1000)
    const map: DocumentMapper = function* () {
      for (let n = 0; n < 1000; n += 1) yield { _key: `k${n}`, text }
    }
    const chunks = await collectAll(mapChunk(chunkOf(['{"_key":"a"}']), map))
    assert.equal(linesOf(chunks).length, 1000)
    assert.ok(chunks.length > 3)
    assert.ok(chunks.every(({ buffer }) => buffer.length < CHUNK_BYTES + 2000))
    assert.deepEqual(chunks.at(-1)?.place(0), {
      lineNumber: 1,
      byteOffset: undefined,
      source: undefined,
    })
  })

  it('waits for promises and keeps the order', async () => {
    const map: DocumentMapper = async (document) => {
      await Promise.resolve()
      return { ...document, seen: true }
    }
    assert.deepEqual(await mapLines(['{"_key":"a"}', '{"_key":"b"}'], map), [
      '{"_key":"a","seen":true}',
      '{"_key":"b","seen":true}',
    ])
  })

  it('passes removals and leaves blank lines out', async () => {
    const lines = ['{"type":2302,"key":"a"}', '', '{"_key":"b"}']
    assert.deepEqual(await mapLines(lines, () => undefined), [lines[0]])
  })

  it('gives the stream’s last line a newline only when something follows it', async () => {
    const line = '{"_key":"a"}'
    const chunkWithout = (): EntryChunk => {
      const { buffer, offsets, ...rest } = chunkOf([line])
      const parts = { firstLineNumber: rest.firstLineNumber, byteOffset: rest.byteOffset }
      return Object.assign(chunkOf([line]), {
        ...parts,
        buffer: buffer.subarray(0, -1),
        offsets: offsets.map((offset) => Math.min(offset, line.length)),
      })
    }
    const bytesOf = async (map: DocumentMapper) => {
      const chunks = await collectAll(mapChunk(chunkWithout(), map))
      return Buffer.concat(chunks.map(({ buffer }) => buffer)).toString()
    }
    assert.equal(await bytesOf((document) => document), line)
    const twice = await bytesOf((document) => [document, { _key: 'b' }])
    assert.equal(twice, `${line}\n{"_key":"b"}\n`)
  })

  it('shows a frozen document, so that a change in place cannot be lost', async () => {
    const map: DocumentMapper = (document) => {
      Object.assign(document['o'] as object, { n: 2 })
      return document
    }
    await assert.rejects(
      mapLine('{"_key":"a","o":{"n":1}}', map),
      (error: { code?: string; cause?: unknown }) =>
        error.code === 'ERR_TRANSFORM' && error.cause instanceof TypeError,
    )
  })

  const failure = new Error('with a secret')
  const FAILING: readonly (readonly [string, DocumentMapper])[] = [
    [
      'throws',
      () => {
        throw failure
      },
    ],
    ['rejects', () => Promise.reject(failure)],
    [
      'throws while it is iterated',
      function* (document) {
        yield document
        throw failure
      },
    ],
  ]
  for (const [title, map] of FAILING) {
    it(`names the line when the function ${title}`, async () => {
      await assert.rejects(mapLine('{"_key":"a"}', map), {
        code: 'ERR_TRANSFORM',
        message: 'Cannot transform dump line 1 of f (from byte 0): the function threw Error',
        cause: failure,
      })
    })
  }

  const NO_DOCUMENTS = [{}, { _key: 5 }, { _key: '' }, [null], ['a'], 5, null, { _key: 'a', n: 1n }]
  for (const result of NO_DOCUMENTS) {
    it(`refuses ${Array.isArray(result) ? 'an array of ' : ''}${typeof result} as a result`, async () => {
      const map = (() => result) as unknown as DocumentMapper
      await assert.rejects(mapLine('{"_key":"a"}', map), { code: 'ERR_TRANSFORM', lineNumber: 1 })
    })
  }
})

describe('mapEntries', () => {
  it('maps chunk by chunk, and nothing to nothing', async () => {
    const chunks = [chunkOf(['{"_key":"a"}']), chunkOf(['{"_key":"b"}'])]
    const stage = mapEntries((document) => ({ ...document, n: 1 }))
    const mapped = await collect<EntryChunk>(chunks, stage)
    assert.deepEqual(linesOf(mapped), ['{"_key":"a","n":1}\n', '{"_key":"b","n":1}\n'])
    assert.deepEqual(
      await collect(
        [],
        mapEntries(() => undefined),
      ),
      [],
    )
  })

  it('names the line that is no entry', async () => {
    const stage = mapEntries((document) => document)
    await assert.rejects(collect([chunkOf(['{"_key":"a"}', '{"x":1}'])], stage), {
      code: 'ERR_DUMP_LINE',
      lineNumber: 2,
    })
  })
})
