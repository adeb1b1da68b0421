import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DUMP_CHUNK_BYTES } from '../../lib/core/index.js'
import { formatDumpLine, parseDumpLine, type DumpForm } from '../../lib/wire/index.js'
import type { Revision } from '../../lib/values/index.js'
import type { Store, StoreCollection, StoreSnapshot } from '../../lib/store/index.js'
import type { ChunkRange } from '../../lib/store/store-snapshot.js'
import { chunkOf } from '../support/chunk.js'
import { documents, documentText, makeCollection, reread } from './support/documents.js'
import { useStore } from './support/use-store.js'

const FORMS: readonly DumpForm[] = ['bare', 'enveloped', 'documented']

async function readAll(blocks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const block of blocks) parts.push(block)
  return Buffer.concat(parts)
}

interface ReadChunk {
  readonly text: string
  readonly count: number
}

/** Dumps a collection chunk by chunk. */
async function dumpInChunks(
  snapshot: StoreSnapshot,
  collection: StoreCollection,
  options: Pick<ChunkRange, 'form' | 'chunkBytes' | 'countMax'>,
): Promise<ReadChunk[]> {
  const chunks: ReadChunk[] = []
  let after: Revision | undefined
  for (;;) {
    const chunk = await snapshot.findChunk(collection, { ...options, after })
    const bytes = await readAll(chunk.blocks())
    assert.equal(bytes.length, chunk.bytes)
    assert.equal(chunk.last === undefined, chunk.count === 0)
    chunks.push({ text: bytes.toString(), count: chunk.count })
    if (!chunk.hasMore) return chunks
    after = chunk.last
  }
}

describe('StoreSnapshot.findChunk()', () => {
  const { open } = useStore()

  async function filled(
    count: number,
    options: Parameters<typeof open>[0] = {},
  ): Promise<{ store: Store; collection: StoreCollection; snapshot: StoreSnapshot }> {
    const store = await open(options)
    const made = await makeCollection(store)
    await store.applyChunk(made, documents(count))
    const snapshot = await store.openSnapshot()
    return { store, collection: reread(store, made), snapshot }
  }

  for (const form of FORMS) {
    it(`writes ${form} lines as formatDumpLine() does`, async () => {
      const store = await open()
      const edges = await makeCollection(store, { type: 3 })
      const lines = [
        documentText('a', 0),
        `{"_from":"x/1","_id":"c/b","_key":"b","_rev":"5951","_to":"x/2"}`,
        ` { "_key" : "c", "_rev":"_fMzozz3---" } `.trim(),
        '{"_key":"\\u0064\\"","_rev":"_fMzozz4---","data":{"_key":"x"},"type":9}',
        '{"_rev":"_fMzozz5---","x":{"_key":"y"},"_key":"é"}',
        '{"_key":"f","_rev":"-_"}',
        '{"_key":"g","_rev":"5999999999"}',
        '{"_key":"h","_rev":"zzzzzzzzzzz"}',
      ]
      await store.applyChunk(edges, chunkOf(lines))
      const snapshot = await store.openSnapshot()
      const found = await readAll(snapshot.readLines(reread(store, edges), { form }))
      const expected = lines
        .map((line) => parseDumpLine(Buffer.from(line)))
        .map((entry) => ({ ...entry, type: form === 'documented' ? 2301 : 2300 }) as typeof entry)
        .map((entry) => formatDumpLine(entry, form).toString())
      const sorted = found.toString().split('\n').sort()
      assert.deepEqual(sorted, expected.join('').split('\n').map(plainKey).sort())
      snapshot.close()
    })
  }

  /** `formatDumpLine` writes the key anew; the store passes the text in the document through. */
  function plainKey(line: string): string {
    return line.replace('"key":"d\\""', '"key":"\\u0064\\""')
  }

  it('looks at the size after each line', async () => {
    const { collection, snapshot } = await filled(100)
    for (const form of FORMS) {
      const [one] = await dumpInChunks(snapshot, collection, { form, chunkBytes: 1 })
      const lineBytes = one?.text.length ?? 0
      for (const [chunkBytes, count] of [
        [0, 1],
        [lineBytes, 1],
        [lineBytes + 1, 2],
        [lineBytes * 5, 5],
      ] as const) {
        const chunk = await snapshot.findChunk(collection, { form, chunkBytes })
        assert.equal(chunk.count, count, `${form} ${chunkBytes}`)
        assert.equal(chunk.hasMore, true)
        chunk.release()
      }
    }
    snapshot.close()
  })

  it('gives no more lines than are wanted, whatever their size', async () => {
    const { collection, snapshot } = await filled(2500)
    const large = { form: 'bare', chunkBytes: 1e9 } as const
    const [whole] = await dumpInChunks(snapshot, collection, large)
    for (const countMax of [1, 2, 1999, 2000, 2001, 2500, 2501]) {
      const chunk = await snapshot.findChunk(collection, { ...large, countMax })
      const text = (await readAll(chunk.blocks())).toString()
      const count = Math.min(countMax, 2500)
      assert.deepEqual([chunk.count, chunk.hasMore], [count, count < 2500], `${countMax}`)
      assert.equal(text, whole?.text.slice(0, text.length))
      assert.equal(text.split('\n').length - 1, count)
    }
    const chunks = await dumpInChunks(snapshot, collection, { ...large, countMax: 700 })
    assert.deepEqual(
      chunks.map(({ count }) => count),
      [700, 700, 700, 400],
    )
    const short = await snapshot.findChunk(collection, { form: 'bare', chunkBytes: 0, countMax: 9 })
    assert.equal(short.count, 1)
    short.release()
    snapshot.close()
  })

  it('finds nothing behind the end and in an empty collection', async () => {
    const { store, collection, snapshot } = await filled(3)
    const options = { form: 'bare', chunkBytes: DUMP_CHUNK_BYTES } as const
    const all = await snapshot.findChunk(collection, options)
    assert.deepEqual([all.count, all.hasMore], [3, false])
    all.release()
    const rest = await snapshot.findChunk(collection, { ...options, after: all.last })
    assert.deepEqual([rest.count, rest.bytes, rest.last, rest.hasMore], [0, 0, undefined, false])
    assert.equal((await readAll(rest.blocks())).length, 0)
    snapshot.close()
    const empty = await makeCollection(store, { name: 'empty' })
    const later = await store.openSnapshot()
    const nothing = await later.findChunk(empty, options)
    assert.equal(nothing.count, 0)
    later.close()
  })

  it('ends exactly at the last line without promising more', async () => {
    const { collection, snapshot } = await filled(3)
    const all = await readAll(snapshot.readLines(collection, { form: 'bare' }))
    const options = { form: 'bare', chunkBytes: all.length } as const
    const chunk = await snapshot.findChunk(collection, options)
    assert.deepEqual([chunk.count, chunk.hasMore], [3, false])
    chunk.release()
    snapshot.close()
  })

  it('gives the same bytes however they are cut, and with no memory to hold them', async () => {
    const { store, collection, snapshot } = await filled(4000, { chunkBytesMax: 300_000 })
    for (const form of FORMS) {
      const whole = (await readAll(snapshot.readLines(collection, { form }))).toString()
      for (const chunkBytes of [1000, 70_000, 150_000, 10_000_000]) {
        const chunks = await dumpInChunks(snapshot, collection, { form, chunkBytes })
        assert.ok(chunks.map(({ text }) => text).join('') === whole, `${form} ${chunkBytes}`)
        assert.equal(
          chunks.reduce((sum, { count }) => sum + count, 0),
          4000,
        )
      }
    }
    snapshot.close()
    await store.close()
  })

  it('reads what another chunk left no memory for a second time', async () => {
    const { collection, snapshot } = await filled(4000, { chunkBytesMax: 1_000_000 })
    const options = { form: 'bare', chunkBytes: 200_000 } as const
    const chunks = await Promise.all(
      Array.from({ length: 8 }, () => snapshot.findChunk(collection, options)),
    )
    const texts: string[] = []
    for (const chunk of chunks) texts.push((await readAll(chunk.blocks())).toString())
    assert.equal(new Set(texts).size, 1)
    snapshot.close()
  })

  it('can be cut by an abort and ended early', async () => {
    const { collection, snapshot } = await filled(20_000)
    const controller = new AbortController()
    const { signal } = controller
    const options = { form: 'bare', chunkBytes: 50_000_000, signal } as const
    const finding = snapshot.findChunk(collection, options)
    const reading = readAll(snapshot.readLines(collection, { form: 'bare', signal }))
    controller.abort(new Error('enough'))
    await assert.rejects(finding, /enough/)
    await assert.rejects(reading, /enough/)
    const chunk = await snapshot.findChunk(collection, { ...options, signal: undefined })
    for await (const block of chunk.blocks()) {
      assert.ok(block.length > 0)
      break
    }
    snapshot.close()
    assert.equal(snapshot.isOpen, false)
  })

  it('leaves the event loop free', async () => {
    const { collection, snapshot } = await filled(20_000)
    let turns = 0
    const count = (): void => {
      turns += 1
      immediate = setImmediate(count)
    }
    let immediate = setImmediate(count)
    const chunk = await snapshot.findChunk(collection, { form: 'bare', chunkBytes: 50_000_000 })
    clearImmediate(immediate)
    chunk.release()
    assert.ok(turns >= 3, `${turns} turns`)
    snapshot.close()
  })

  it('holds for any documents and any chunk size', async () => {
    const store = await open()
    let number = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ maxLength: 300 }), fc.boolean()), { maxLength: 30 }),
        fc.integer({ min: 0, max: 3000 }),
        async (texts, chunkBytes) => {
          number += 1
          const collection = await makeCollection(store, { name: `c${number}` })
          const lines = texts.map(([text, isFirst], index) => {
            const rest = `"text":${JSON.stringify(text)}`
            const line = documentText(`k${index}`, index, isFirst ? '' : `,${rest}`)
            return isFirst ? `{${rest},${line.slice(1)}` : line
          })
          await store.applyChunk(collection, chunkOf(lines))
          const snapshot = await store.openSnapshot()
          const options = { form: 'documented', chunkBytes } as const
          const chunks = await dumpInChunks(snapshot, collection, options)
          snapshot.close()
          const expected = lines.map((line) =>
            formatDumpLine(parseDumpLine(Buffer.from(line)), 'documented').toString(),
          )
          assert.equal(chunks.map(({ text }) => text).join(''), expected.join(''))
        },
      ),
      { numRuns: 40 },
    )
  })
})
