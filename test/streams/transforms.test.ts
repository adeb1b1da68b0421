import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import {
  createAsyncObjectTransform,
  createChunker,
  createDumpFormatter,
  createDumpParser,
  createObjectTransform,
  filterEntries,
  formatChunks,
  mapEntries,
  splitLines,
} from '../../lib/streams/index.js'
import { parseDumpLine } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { collect } from '../support/streams.js'

const LINE = '{"_key":"a"}'
const chunk = chunkOf([LINE, LINE])

/** Every Transform with an item that it takes, and one that it fails on where there is such a thing. */
const TRANSFORMS: readonly {
  readonly name: string
  readonly create: () => Transform
  readonly item: unknown
  readonly bad?: unknown
}[] = [
  {
    name: 'createChunker',
    create: () => createChunker({ lineBytesMax: 20 }),
    item: chunk.buffer,
    bad: Buffer.alloc(30, 'x'),
  },
  {
    name: 'filterEntries',
    create: () => filterEntries(({ revisionText }) => revisionText === undefined),
    item: chunk,
    bad: chunkOf(['x']),
  },
  {
    name: 'mapEntries',
    create: () => mapEntries((document) => ({ ...document })),
    item: chunk,
    bad: chunkOf(['x']),
  },
  { name: 'formatChunks', create: formatChunks, item: chunk },
  {
    name: 'splitLines',
    create: () => splitLines({ lineLengthMax: 20 }),
    item: chunk.buffer,
    bad: Buffer.alloc(30, 'x'),
  },
  { name: 'createDumpParser', create: createDumpParser, item: LINE, bad: 'x' },
  {
    name: 'createDumpFormatter',
    create: createDumpFormatter,
    item: parseDumpLine(chunk.lineBytes(0)),
  },
  {
    name: 'createObjectTransform',
    create: () =>
      createObjectTransform((item: number) => {
        if (item < 0) throw new Error('bad item')
        return [item, item]
      }),
    item: 1,
    bad: -1,
  },
  {
    name: 'createAsyncObjectTransform',
    create: () =>
      createAsyncObjectTransform(async function* (item: number) {
        await Promise.resolve()
        if (item < 0) throw new Error('bad item')
        yield item
        yield item
      }),
    item: 1,
    bad: -1,
  },
]

/** Lets everything go on that can go on by itself. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate()
}

function* endlessly(item: unknown): Generator {
  for (;;) yield item
}

function manyOf(item: unknown, count: number): unknown[] {
  return Array.from({ length: count }, () => item)
}

for (const { name, create, item, bad } of TRANSFORMS) {
  describe(`${name}() as a Transform`, () => {
    it('ends without an item when none came', async () => {
      assert.deepEqual(await collect([], create()), [])
    })

    it('gives as much for each of many items as for one', async () => {
      const one = await collect([item], create())
      const many = await collect(manyOf(item, 200), create())
      assert.equal(many.length, one.length * 200)
    })

    if (bad !== undefined) {
      it('fails on a bad item in the middle, after what came before', async () => {
        const stage = create()
        const seen: unknown[] = []
        stage.on('data', (output: unknown) => seen.push(output))
        const failed = once(stage, 'error')
        for (const input of [item, item, bad, item]) stage.write(input)
        const [error] = (await failed) as [Error]
        assert.ok(error instanceof Error)
        assert.equal(stage.destroyed, true)
        assert.equal(seen.length, 2 * (await collect([item], create())).length)
      })
    }

    it('ends when it is destroyed in the middle', async () => {
      const stage = create()
      const source = Readable.from(endlessly(item))
      const done = pipeline(source, stage, async function (outputs: AsyncIterable<unknown>) {
        for await (const output of outputs) {
          assert.ok(output !== undefined)
          stage.destroy()
        }
      })
      await assert.rejects(done, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
      assert.equal(source.destroyed, true)
    })

    it('ends when its pipeline is aborted', async () => {
      const controller = new AbortController()
      const stage = create()
      const source = Readable.from(endlessly(item))
      const aborting = async function (outputs: AsyncIterable<unknown>): Promise<void> {
        for await (const output of outputs) {
          assert.ok(output !== undefined)
          controller.abort()
        }
      }
      const done = pipeline(source, stage, aborting, { signal: controller.signal })
      await assert.rejects(done, { name: 'AbortError' })
      assert.deepEqual([source.destroyed, stage.destroyed], [true, true])
    })

    it('takes no more than its buffers hold while nobody reads', async () => {
      const stage = create()
      let taken = 0
      function* source() {
        for (;;) {
          taken += 1
          yield item
        }
      }
      Readable.from(source(), { highWaterMark: 1 }).pipe(stage)
      await settle()
      const bytesOfItem = item instanceof Buffer ? item.length : 1
      const room = stage.writableHighWaterMark / bytesOfItem + stage.readableHighWaterMark
      const before = taken
      await settle()
      assert.equal(taken, before)
      assert.ok(taken <= room + 4, `took ${taken}, has room for ${room}`)
      stage.destroy()
    })

    it('gives everything to a slow reader', async () => {
      const outputs: unknown[] = []
      await pipeline(
        Readable.from(manyOf(item, 30)),
        create(),
        async function (source: AsyncIterable<unknown>) {
          for await (const output of source) {
            await setImmediate()
            outputs.push(output)
          }
        },
      )
      const expected = await collect(manyOf(item, 30), create())
      assert.equal(bytesOf(outputs), bytesOf(expected))
    })
  })
}

/** Bytes of blocks that a reader may have got joined; the number of any other items. */
function bytesOf(items: readonly unknown[]): number {
  return items.reduce<number>((sum, item) => sum + (item instanceof Buffer ? item.length : 1), 0)
}

describe('createAsyncObjectTransform', () => {
  it('asks the generator only while there is room', async () => {
    let made = 0
    const stage = createAsyncObjectTransform(
      async function* () {
        for (;;) {
          await Promise.resolve()
          made += 1
          yield made
        }
      },
      { highWaterMark: 2 },
    )
    stage.write('go')
    await settle()
    const counts = [made]
    stage.read()
    await settle()
    counts.push(made)
    assert.deepEqual(counts, [2, 3])
    stage.destroy()
  })

  it('closes the generator when the stream is destroyed', async () => {
    let isClosed = false
    const stage = createAsyncObjectTransform(
      async function* () {
        try {
          for (;;) {
            await Promise.resolve()
            yield 1
          }
        } finally {
          isClosed = true
        }
      },
      { highWaterMark: 1 },
    )
    stage.write('go')
    await settle()
    stage.destroy()
    await settle()
    assert.equal(isClosed, true)
  })
})

describe('the chunk streams in a row', () => {
  it('hold a few chunks each while nobody reads', async () => {
    let taken = 0
    function* source() {
      for (;;) {
        taken += 1
        yield chunk.buffer
      }
    }
    const blockBytes = chunk.buffer.length
    const stages = [createChunker(), filterEntries(() => true), mapEntries((d) => ({ ...d }))]
    const last = formatChunks()
    const done = pipeline([Readable.from(source(), { highWaterMark: 1 }), ...stages, last])
    await settle()
    const before = taken
    await settle()
    assert.equal(taken, before)
    const chunker = stages[0]
    const room = (chunker?.writableHighWaterMark ?? 0) + last.readableHighWaterMark
    assert.ok(taken <= room / blockBytes + 20)
    last.destroy()
    await assert.rejects(done)
  })
})
