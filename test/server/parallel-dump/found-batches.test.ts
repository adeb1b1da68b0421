import assert from 'node:assert/strict'
import { AnswerMemory } from '../../../lib/server/answer-memory.js'
import type { DumpBatch, FindBatch } from '../../../lib/server/parallel-dump/dump-batch.js'
import { parseFilters } from '../../../lib/server/parallel-dump/dump-filters.js'
import { parseProjections } from '../../../lib/server/parallel-dump/dump-projections.js'
import { createLinesFinder } from '../../../lib/server/parallel-dump/lines-batch.js'
import { createMadeFinder } from '../../../lib/server/parallel-dump/made-batch.js'
import type { Store, StoreCollection, StoreSnapshot } from '../../../lib/store/index.js'
import type { Revision } from '../../../lib/values/index.js'
import { parseVelocyPack } from '../../../lib/wire/index.js'
import { toVelocyPack } from '../support/replication.js'
import { fillCollection, openTestStore } from '../support/test-leader.js'

const NEVER = new AbortController().signal
const COUNT = 500
const MEMORY = 100_000

/** How large batches are. */
interface Size {
  readonly batchBytes: number
  readonly docsPerBatch: number
}

const LARGE: Size = { batchBytes: 1e7, docsPerBatch: 1e6 }

describe('finders of batches', () => {
  let store: Store
  let close: () => Promise<void>
  let snapshot: StoreSnapshot
  let collection: StoreCollection
  let empty: StoreCollection
  let documents: readonly string[]
  let memory: AnswerMemory

  before(async () => {
    ;({ store, close } = await openTestStore())
    ;({ documents } = await fillCollection(store, 'c', COUNT))
    await fillCollection(store, 'empty', 0)
    snapshot = await store.openSnapshot()
    const [database] = snapshot.databases()
    assert.ok(database)
    const named = (name: string): StoreCollection => {
      const found = snapshot.collection(database, name)
      assert.ok(found)
      return found
    }
    collection = named('c')
    empty = named('empty')
  })

  after(async () => {
    snapshot.close()
    await close()
  })

  beforeEach(() => {
    memory = new AnswerMemory(MEMORY)
  })

  async function read(batch: DumpBatch, isWhole = true): Promise<Buffer> {
    const body = await batch.open(NEVER)
    const blocks: Buffer[] = []
    for await (const block of body.blocks) blocks.push(Buffer.from(block))
    body.close(isWhole)
    const bytes = Buffer.concat(blocks)
    assert.equal(body.bytes, bytes.length)
    return bytes
  }

  /** All batches of the collection; each is read three times, and is the same each time. */
  async function readAll(find: FindBatch, size: Size): Promise<Buffer[]> {
    const bodies: Buffer[] = []
    let after: Revision | undefined
    for (;;) {
      const { batch, next } = await find({ collection, after, ...size }, NEVER)
      if (batch !== undefined) {
        const bytes = await read(batch)
        assert.ok((await read(batch, false)).equals(bytes))
        assert.ok((await read(batch)).equals(bytes))
        bodies.push(bytes)
      }
      if (next === undefined) return bodies
      after = next
    }
  }

  function made(
    options: { projections?: unknown; filters?: unknown; useVPack?: boolean } = {},
  ): FindBatch {
    return createMadeFinder({
      snapshot,
      memory,
      projections: parseProjections(options.projections),
      conditions: parseFilters(options.filters),
      useVPack: options.useVPack ?? false,
    })
  }

  const text = (): string => documents.map((document) => `${document}\n`).join('')

  const kinds: Readonly<Record<string, () => FindBatch>> = {
    'createLinesFinder()': () => createLinesFinder(snapshot),
    'createMadeFinder()': () => made(),
  }
  for (const [name, create] of Object.entries(kinds)) {
    describe(name, () => {
      it('gives all documents, whatever the size of batches', async () => {
        const sizes = [
          LARGE,
          { ...LARGE, batchBytes: 4096 },
          { ...LARGE, batchBytes: 1 },
          { ...LARGE, docsPerBatch: 7 },
          { batchBytes: 1000, docsPerBatch: 5 },
        ]
        for (const size of sizes) {
          const bodies = await readAll(create(), size)
          assert.equal(Buffer.concat(bodies).toString(), text())
          if (size === LARGE) assert.equal(bodies.length, 1)
        }
      })

      it('ends a batch at so many documents, and at no more bytes than its last one begins in', async () => {
        const byCount = await readAll(create(), { ...LARGE, docsPerBatch: 9 })
        const lines = byCount.map((body) => body.toString().split('\n').length - 1)
        assert.deepEqual(lines.slice(0, -1), lines.slice(0, -1).fill(9))
        assert.equal(lines.at(-1), COUNT % 9)
        for (const body of await readAll(create(), { ...LARGE, batchBytes: 600 })) {
          const last = body.lastIndexOf('\n', body.length - 2)
          assert.ok(last < 600)
        }
      })

      it('finds nothing in a collection that is empty', async () => {
        const found = await create()({ collection: empty, after: undefined, ...LARGE }, NEVER)
        assert.deepEqual(found, { batch: undefined, next: undefined })
        assert.equal(memory.freeBytes, MEMORY)
      })

      it('reads a batch again that was dropped', async () => {
        const { batch } = await create()({ collection, after: undefined, ...LARGE }, NEVER)
        assert.ok(batch)
        batch.drop()
        batch.drop()
        assert.equal(memory.freeBytes, MEMORY)
        assert.equal((await read(batch)).toString(), text())
        assert.equal(memory.freeBytes, MEMORY)
      })

      it('ends when it is told to', async () => {
        const aborted = AbortSignal.abort(new Error('enough'))
        const start = { collection, after: undefined, ...LARGE }
        await assert.rejects(create()(start, aborted), /^Error: enough$/)
        assert.equal(memory.freeBytes, MEMORY)
        const { batch } = await create()(start, NEVER)
        assert.ok(batch)
        batch.drop()
        const again = async (): Promise<void> => {
          const { blocks } = await batch.open(aborted)
          for await (const block of blocks) assert.ok(block.length > 0)
        }
        await assert.rejects(again(), /^Error: enough$/)
        assert.equal(memory.freeBytes, MEMORY)
      })
    })
  }

  describe('createMadeFinder() with something to make', () => {
    const isFifth = { conditions: [{ attributePath: ['text'], value: 'xxxx' }] }

    it('fills batches with the documents that are wanted', async () => {
      const wanted = documents.filter((_, index) => index % 7 === 4)
      const bodies = await readAll(made({ filters: isFifth }), { ...LARGE, docsPerBatch: 10 })
      const lines = bodies.map((body) => body.toString().split('\n').slice(0, -1))
      assert.deepEqual(lines.flat(), wanted)
      const counts = lines.map(({ length }) => length)
      assert.deepEqual(counts.slice(0, -1), counts.slice(0, -1).fill(10))
    })

    it('gives no batch where nothing is wanted', async () => {
      const none = { conditions: [{ attributePath: ['text'], value: 'none' }] }
      assert.deepEqual(await readAll(made({ filters: none }), LARGE), [])
      assert.equal(memory.freeBytes, MEMORY)
    })

    it('counts the bytes of what is made', async () => {
      const projections = { k: ['_key'] }
      const bodies = await readAll(made({ projections }), { ...LARGE, batchBytes: 4096 })
      const lines = documents.map((_, index) => `{"k":"key${index}"}\n`)
      assert.equal(Buffer.concat(bodies).toString(), lines.join(''))
      for (const { length } of bodies.slice(0, -1)) assert.ok(length >= 4096, `${length}`)
    })

    it('makes no more at one time of many names for the same, nor of long ones', async () => {
      const same = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`n${n}`, ['text']]))
      const long = { ['x'.repeat(100_000)]: ['_key'] }
      const rows = [
        { projections: same, bytesMax: 10_000 },
        { projections: long, bytesMax: 300_000 },
      ]
      for (const { projections, bytesMax } of rows) {
        const start = { collection, after: undefined, ...LARGE, batchBytes: 4096 }
        const { batch } = await made({ projections })(start, NEVER)
        assert.ok(batch)
        const { length } = await read(batch)
        assert.ok(length >= 4096 && length < bytesMax, `${length}`)
      }
    })

    it('makes one VelocyPack array of each batch', async () => {
      const bodies = await readAll(made({ useVPack: true }), { ...LARGE, docsPerBatch: 100 })
      const values = documents.map((document) => JSON.parse(document) as unknown)
      const wanted = [0, 1, 2, 3, 4].map((index) =>
        toVelocyPack(values.slice(100 * index, 100 * (index + 1))),
      )
      assert.deepEqual(bodies, wanted)
    })

    it('holds what it has found until it is read', async () => {
      const start = { collection, after: undefined, ...LARGE, docsPerBatch: 50 }
      const { batch } = await made({ useVPack: true })(start, NEVER)
      assert.ok(batch)
      assert.ok(memory.freeBytes < MEMORY - 50 * 20)
      const body = await batch.open(NEVER)
      assert.ok(memory.freeBytes < MEMORY - 50 * 20)
      body.close(true)
      assert.equal(memory.freeBytes, MEMORY)
    })

    it('makes shorter batches where there is no memory, but of one document at least', async () => {
      for (const bytes of [0, 1, 700]) {
        memory = new AnswerMemory(bytes)
        const bodies = await readAll(made({ useVPack: true, filters: isFifth }), LARGE)
        const counts = bodies.map((body) => parseVelocyPack(body).count)
        assert.equal(
          counts.reduce((sum, count) => sum + count, 0),
          documents.filter((_, index) => index % 7 === 4).length,
        )
        assert.ok(counts.every((count) => count >= 1))
        assert.ok(counts.length > 1)
        assert.equal(memory.freeBytes, bytes)
      }
    })

    it('gives its memory back when a document has no VelocyPack', async () => {
      const { collection: large } = await fillCollection(store, 'large', 0)
      await store.insert(large, '{"large":1e999}')
      const later = await store.openSnapshot()
      const [database] = later.databases()
      assert.ok(database)
      const wanted = later.collection(database, 'large')
      assert.ok(wanted)
      const options = { memory, projections: undefined, conditions: [], useVPack: true }
      const find = createMadeFinder({ ...options, snapshot: later })
      const start = { collection: wanted, after: undefined, ...LARGE }
      await assert.rejects(find(start, NEVER), { code: 'ERR_VELOCYPACK' })
      assert.equal(memory.freeBytes, MEMORY)
      later.close()
    })
  })
})
