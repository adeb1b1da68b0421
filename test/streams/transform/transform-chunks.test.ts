import assert from 'node:assert/strict'
import {
  createTransformRunner,
  transformChunks,
  transformEntries,
  type TransformedChunk,
  type TransformRunner,
} from '../../../lib/streams/transform/index.js'
import type { EntryChunk } from '../../../lib/streams/index.js'
import { chunkOf } from '../../support/chunk.js'
import { asyncBlocks, collect, collectAll, linesOf } from '../../support/streams.js'
import { infoOf } from '../../support/transform-lines.js'

const CHUNKS = ['a', 'b', 'c', 'd'].map((key) => chunkOf([`{"_key":"${key}"}`]))

/** A runner whose results are given by hand. */
function manualRunner(chunksInFlight: number): {
  readonly runner: TransformRunner
  readonly asked: EntryChunk[]
  readonly finish: (index: number) => void
} {
  const asked: EntryChunk[] = []
  const waiting: (() => void)[] = []
  const runner: TransformRunner = {
    ...createTransformRunner([]),
    chunksInFlight,
    plan: () => undefined,
    transform: (chunk) =>
      new Promise<TransformedChunk>((resolve) => {
        asked.push(chunk)
        waiting.push(() => {
          resolve({ chunks: [chunk], routed: new Map() })
        })
      }),
    close: () => Promise.resolve(),
  }
  return { runner, asked, finish: (index) => waiting[index]?.() }
}

function chunksOf(step: IteratorResult<TransformedChunk, unknown>): readonly EntryChunk[] {
  assert.ok(step.done !== true)
  return step.value.chunks
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

describe('transformChunks()', () => {
  it('gives what the runner gives, in order', async () => {
    const runner = createTransformRunner([{ document: (d) => ({ ...d, n: 1 }) }])
    const results = await collectAll(transformChunks(asyncBlocks(CHUNKS), runner, infoOf('u')))
    assert.deepEqual(
      results.flatMap(({ chunks }) => linesOf(chunks)),
      ['a', 'b', 'c', 'd'].map((key) => `{"_key":"${key}","n":1}\n`),
    )
    assert.deepEqual(await collectAll(transformChunks(asyncBlocks([]), runner, undefined)), [])
  })

  it('has no more under way than the runner wants', async () => {
    const { runner, asked, finish } = manualRunner(2)
    const results = transformChunks(asyncBlocks(CHUNKS), runner, undefined)
    const first = results.next()
    await turn()
    assert.deepEqual(asked, CHUNKS.slice(0, 2))
    finish(1)
    await turn()
    assert.equal(asked.length, 2)
    finish(0)
    assert.deepEqual(chunksOf(await first), [CHUNKS[0]])
    assert.deepEqual(chunksOf(await results.next()), [CHUNKS[1]])
    await results.return(undefined)
  })

  it('gives what is done without waiting for a slow source', async () => {
    const runner = createTransformRunner([])
    const slow = async function* (): AsyncGenerator<EntryChunk> {
      yield CHUNKS[0] as EntryChunk
      await new Promise(() => undefined)
    }
    const results = transformChunks(slow(), { ...several(runner) }, undefined)
    assert.deepEqual(chunksOf(await results.next()), [CHUNKS[0]])
  })

  it('can be left while a slow source is asked', async () => {
    const slow = async function* (): AsyncGenerator<EntryChunk> {
      yield CHUNKS[0] as EntryChunk
      await new Promise(() => undefined)
    }
    const results = transformChunks(slow(), several(createTransformRunner([])), undefined)
    assert.equal((await results.next()).done, false)
    assert.equal((await results.return(undefined)).done, true)
  })

  it('gives all before an error, then the error, and closes its source', async () => {
    let isClosed = false
    const source = async function* (): AsyncGenerator<EntryChunk> {
      try {
        yield* asyncBlocks(CHUNKS)
      } finally {
        isClosed = true
      }
    }
    const document = (found: Record<string, unknown>): Record<string, unknown> => {
      if (found['_key'] === 'c') throw new Error('no')
      return found
    }
    for (const inFlight of [1, 3]) {
      isClosed = false
      const seen: TransformedChunk[] = []
      const runner = several(createTransformRunner([{ document }]), inFlight)
      await assert.rejects(
        async () => {
          for await (const result of transformChunks(source(), runner, undefined)) seen.push(result)
        },
        { key: 'c' },
      )
      await turn()
      assert.deepEqual([seen.length, isClosed], [2, true])
    }
  })

  it('passes on what its source throws', async () => {
    const source = async function* (): AsyncGenerator<EntryChunk> {
      yield* asyncBlocks(CHUNKS.slice(0, 1))
      throw new Error('cut off')
    }
    const results = transformChunks(source(), createTransformRunner([]), undefined)
    await results.next()
    await assert.rejects(results.next(), /cut off/)
  })
})

/** A runner that takes several chunks at one time. */
function several(runner: TransformRunner, chunksInFlight = 3): TransformRunner {
  return {
    chunksInFlight,
    counts: runner.counts,
    plan: (info) => runner.plan(info),
    transform: (chunk, info) => runner.transform(chunk, info),
    unusedRules: () => runner.unusedRules(),
    close: () => runner.close(),
  }
}

describe('transformEntries()', () => {
  it('is a Transform of chunks', async () => {
    const transform = transformEntries(
      [{ document: (d, { collection }) => ({ ...d, collection }) }],
      {
        collection: infoOf('users'),
      },
    )
    const chunks = await collect<EntryChunk>(CHUNKS, transform)
    assert.equal(linesOf(chunks)[3], '{"_key":"d","collection":"users"}\n')
  })

  it('refuses documents for other collections', async () => {
    const transform = transformEntries([
      { name: 'split', document: (document, { route }) => route('x', document) },
    ])
    await assert.rejects(collect(CHUNKS, transform), {
      code: 'ERR_TRANSFORM_SETUP',
      message:
        'Cannot use the transform "split": it sends documents to "x", and a single stream has one collection',
    })
  })

  it('ends with the error of a document', async () => {
    const transform = transformEntries([
      {
        document: () => {
          throw new Error('no')
        },
      },
    ])
    await assert.rejects(collect(CHUNKS, transform), { code: 'ERR_TRANSFORM', key: 'a' })
  })
})
