import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import type { DumpedChunk } from '../../lib/replica/index.js'
import { chunkLines } from '../../lib/streams/index.js'
import { gatherDumped } from '../../lib/sync/gather-dumped.js'

const LINES = Array.from(
  { length: 40 },
  (_, index) => `{"_key":"${'k'.repeat(index % 7)}${index}"}\n`,
)
const BODY = Buffer.from(LINES.join(''))

async function* dump(cuts: readonly number[], failure?: Error): AsyncGenerator<DumpedChunk> {
  const ends = [...cuts].sort((a, b) => a - b)
  const blocks = [0, ...ends].map((start, index) => BODY.subarray(start, ends[index]))
  for await (const chunk of chunkLines(Readable.from(blocks), { source: 'a file' })) {
    yield { chunk, readBytes: chunk.buffer.length }
  }
  if (failure !== undefined) throw failure
}

async function collect(source: AsyncIterable<DumpedChunk>): Promise<DumpedChunk[]> {
  const all: DumpedChunk[] = []
  for await (const dumped of source) all.push(dumped)
  return all
}

describe('gatherDumped()', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: BODY.length - 1 }))

  it('gives the same lines at the same places however they came', async () => {
    await fc.assert(
      fc.asyncProperty(cuts, fc.integer({ min: 1, max: 400 }), async (offsets, bytes) => {
        const gathered = await collect(gatherDumped(dump(offsets), bytes))
        assert.deepEqual(Buffer.concat(gathered.map(({ chunk }) => chunk.buffer)), BODY)
        const entries = gathered.flatMap(({ chunk }) => [...chunk.lines()])
        assert.deepEqual(
          entries.map((entry) => entry.lineBytes.toString()),
          LINES,
        )
        assert.deepEqual(
          entries.map((entry) => entry.lineNumber),
          LINES.map((_, index) => index + 1),
        )
        const read = gathered.reduce((sum, { readBytes }) => sum + readBytes, 0)
        assert.equal(read, BODY.length)
      }),
    )
  })

  it('fills every chunk but the last', async () => {
    const gathered = await collect(gatherDumped(dump([5, 20, 33, 100, 101, 250]), 100))
    assert.ok(gathered.length > 1)
    for (const { chunk } of gathered.slice(0, -1)) assert.ok(chunk.buffer.length >= 100)
  })

  it('passes a large chunk as it is', async () => {
    const [whole] = await collect(dump([]))
    const [gathered] = await collect(gatherDumped(dump([]), 1))
    assert.equal(gathered?.chunk.buffer.buffer, whole?.chunk.buffer.buffer)
  })

  it('does not join what does not follow', async () => {
    async function* two(): AsyncGenerator<DumpedChunk> {
      yield* dump([])
      yield* dump([])
    }
    assert.equal((await collect(gatherDumped(two(), 1e6))).length, 2)
  })

  it('gives what came before an error, then the error', async () => {
    const failure = new Error('cut')
    const seen: DumpedChunk[] = []
    const run = async (): Promise<void> => {
      for await (const dumped of gatherDumped(dump([50], failure), 1e6)) seen.push(dumped)
    }
    await assert.rejects(run(), failure)
    assert.equal(
      seen.reduce((sum, { readBytes }) => sum + readBytes, 0),
      BODY.length,
    )
  })
})
