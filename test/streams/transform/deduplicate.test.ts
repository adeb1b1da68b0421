import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import fc from 'fast-check'
import {
  deduplicateChunks,
  type DeduplicateOptions,
  type EntryChunk,
} from '../../../lib/streams/index.js'
import { KeyTable } from '../../../lib/streams/transform/deduplicate/key-table.js'
import { filterChunk } from '../../../lib/streams/filter-entries.js'
import { chunkOf } from '../../support/chunk.js'
import { collectAll, linesOf } from '../../support/streams.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

async function deduplicate(
  chunks: readonly EntryChunk[],
  options: DeduplicateOptions = {},
): Promise<string[]> {
  const rest = await collectAll(deduplicateChunks(chunks, options))
  return linesOf(rest).map((line) => line.trimEnd())
}

/** What has to stay: every line behind which none has the same key. */
function lastOf(keys: readonly string[]): number[] {
  return [...keys.keys()].filter((index) => keys.lastIndexOf(keys[index] as string) === index)
}

describe('deduplicateChunks()', () => {
  const place = useTemporaryDirectory()

  it('keeps the last line of each key, in the order of the input, byte by byte', async () => {
    const lines = [
      '{"_key":"a","n":1}',
      '{ "n":1.0, "_key":"b" }',
      '{"type":2300,"data":{"_key":"a","n":2}}',
      '',
      '{"_key":"c"}',
      '{"type":2302,"key":"c"}',
      '{"_key":"\\u0062","n":9007199254740993}',
    ]
    const expected = [lines[2], lines[5], lines[6]]
    assert.deepEqual(await deduplicate([chunkOf(lines)]), expected)
    assert.deepEqual(await deduplicate(lines.map((line) => chunkOf([line]))), expected)
  })

  it('tells keys apart that are no Unicode', async () => {
    const lines = ['\\ud800', '\\ud801', '\\ufffd', '\\ud800'].map((key) => `{"_key":"${key}"}`)
    assert.deepEqual(await deduplicate([chunkOf(lines)]), lines.slice(1))
  })

  it('does so with few keys in memory, and few lines decided on at one time', async () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'dd', 'ee', 'f1', 'f2', 'ä'), {
      maxLength: 60,
    })
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 9 }),
    )
    await fc.assert(
      fc.asyncProperty(keys, sizes, async (list, [maxKeys, maxWindowLines, chunkLines]) => {
        const lines = list.map((key, index) => `{"_key":"${key}","n":${index}}`)
        const chunks: EntryChunk[] = []
        for (let start = 0; start < lines.length; start += chunkLines) {
          chunks.push(chunkOf(lines.slice(start, start + chunkLines)))
        }
        const options = { maxKeys, maxWindowLines, directory: place.at('.') }
        const expected = lastOf(list).map((index) => lines[index])
        assert.deepEqual(await deduplicate(chunks, options), expected)
      }),
      { numRuns: 60 },
    )
  })

  it('holds many keys', async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, index) => `{"_key":"k${index % 20_000}","n":${index}}`,
    )
    const chunks = [0, 10_000, 20_000].map((start) => chunkOf(lines.slice(start, start + 10_000)))
    for (const maxKeys of [1_000_000, 7000]) {
      assert.deepEqual(await deduplicate(chunks, { maxKeys }), lines.slice(10_000))
    }
  })

  it('gives chunks that know where their lines were', async () => {
    const first = chunkOf(
      ['{"_key":"a"}', '{"_key":"b"}', '{"_key":"c"}', '{"_key":"b","n":1}'],
      'f',
    )
    const filtered = filterChunk(first, ({ key }) => key !== 'c') as EntryChunk
    const second = chunkOf(['{"_key":"a"}'])
    const [one, two] = await collectAll(deduplicateChunks([filtered, second]))
    assert.deepEqual([one?.lineCount, one?.lineNumber(0), one?.source], [1, 4, 'f'])
    assert.deepEqual([two?.lineCount, two?.lineNumber(0), two?.source], [1, 1, undefined])
  })

  it('gives nothing for nothing, and for blank lines', async () => {
    assert.deepEqual(await deduplicate([]), [])
    assert.deepEqual(await deduplicate([chunkOf(['', ' '])]), [])
  })

  it('leaves no file behind, whether it ends, fails or is left early', async () => {
    const directory = place.at('.')
    const chunks = [chunkOf(['{"_key":"a"}']), chunkOf(['{"_key":"b"}'])]
    const left = async (): Promise<string[]> => readdir(directory)
    for await (const chunk of deduplicateChunks(chunks, { directory })) {
      assert.equal((await left()).length, 1)
      assert.equal(chunk.lineCount, 1)
      break
    }
    assert.deepEqual(await left(), [])
    const bad = [...chunks, chunkOf(['{"a":1}'], 'f')]
    await assert.rejects(deduplicate(bad, { directory }), { code: 'ERR_DUMP_LINE', source: 'f' })
    assert.deepEqual(await left(), [])
    await deduplicate(chunks, { directory })
    assert.deepEqual(await left(), [])
  })

  it('tells when there is no place for its file', async () => {
    await assert.rejects(deduplicate([], { directory: place.at('missing') }), {
      code: 'ERR_OUTPUT_FILE',
      message: /there is no such directory/,
    })
  })

  it('refuses bounds that are none', async () => {
    for (const options of [{ maxKeys: 0 }, { maxKeys: 1.5 }, { maxWindowLines: -1 }]) {
      await assert.rejects(deduplicate([], options), RangeError)
    }
  })
})

describe('KeyTable', () => {
  it('tells keys apart by all of their bits', () => {
    const table = new KeyTable()
    const hashes = Buffer.alloc(16 * 4)
    for (const at of [0, 1, 2, 3]) hashes.writeUInt32LE(1, at * 16 + at * 4)
    for (const at of [0, 1, 2, 3]) assert.equal(table.put(hashes, at * 16, at), undefined)
    for (const at of [0, 1, 2, 3]) assert.equal(table.put(hashes, at * 16, at + 10), at)
    assert.equal(table.count, 4)
  })

  it('keeps what it knows when it grows', () => {
    const table = new KeyTable()
    const hashes = Buffer.alloc(16)
    for (const place of [0, 5000]) {
      for (let key = 0; key < 5000; key += 1) {
        // Keys that begin alike come into neighbouring slots.
        hashes.writeUInt32LE(key % 7, 0)
        hashes.writeUInt32LE(key, 8)
        assert.equal(table.put(hashes, 0, place + key), place === 0 ? undefined : key)
      }
    }
    assert.equal(table.count, 5000)
  })
})
