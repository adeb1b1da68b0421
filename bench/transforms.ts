/*
 * What do transforms of documents cost beside what people would write by hand: split2 at its best settings
 * (see bench/lines.ts), JSON.parse, the same function, JSON.stringify? Both read the same bytes from
 * memory, each in the blocks that suit it, and write into a byte stream that throws them away. Expected:
 * nothing to change 50 times (no line is parsed), a projection about as fast, since parsing is most of
 * it; two threads 1.4 to 1.8 times one. Then whole processes, and gzipped dumps.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import split2 from 'split2'
import { CHUNK_BYTES } from '../lib/core/index.js'
import { createChunker, type EntryChunk } from '../lib/streams/index.js'
import {
  createParallelRunner,
  createTransformRunner,
  transformChunks,
  type DocumentTransform,
  type MutableDocument,
  type TransformRunner,
} from '../lib/streams/transform/index.js'
import { generateLines, readBlocks } from './support/generate-lines.js'
import { compareSpeed, type Ratio } from './support/ratio.js'
import { compareGzip } from './transforms/gzip.js'
import { compareProcesses } from './transforms/processes.js'

const BODY_BYTES = 24_000_000
const LINE_BYTES = 402
const SPLIT_BLOCK_BYTES = 64 * 1024
const SPLIT = { readableHighWaterMark: 64 }
const THREADS = 2

const body = generateLines(Math.floor(BODY_BYTES / LINE_BYTES), LINE_BYTES)

type Change = (document: MutableDocument) => MutableDocument

const project: Change = ({ _key, _id, _rev, name }) => ({ _key, _id, _rev, name })
const keep: Change = (document) => document
const addOne: Change = (document) => ({ ...document, seen: true })
const setInPlace: Change = (document) => {
  document['balance'] = 0
  return document
}
const PROJECTION = `export default {
  document: ({ _key, _id, _rev, name }) => ({ _key, _id, _rev, name }),
}
`

/** Compares transforms in this process, then whole processes. */
export async function run(): Promise<readonly Ratio[]> {
  const parts = [await compareInProcess(), await compareThreads()]
  return [...parts.flat(), ...(await compareGzip()), ...(await compareProcesses())]
}

async function compareInProcess(): Promise<readonly Ratio[]> {
  const passed = { name: 'pass-through: chunks to split2 + JSON', bar: 12 }
  const projected = { name: 'projection: one thread to split2 + JSON', bar: 1 }
  return [
    await compareWithSplit(passed, [], keep),
    await compareWithSplit(projected, [{ document: project }], project),
    await compareWithSplit(
      { name: 'all documents looked at: one thread to split2 + JSON' },
      [{ document: keep }],
      keep,
    ),
    await compareWithSplit(
      { name: 'one attribute set in place: one thread to split2 + JSON' },
      [{ document: setInPlace }],
      setInPlace,
    ),
    await compareWithSplit(
      { name: 'a copy with one attribute more: one thread to split2 + JSON' },
      [{ document: addOne }],
      addOne,
    ),
  ]
}

async function compareWithSplit(
  goal: { readonly name: string; readonly bar?: number },
  transforms: readonly DocumentTransform[],
  change: Change,
): Promise<Ratio> {
  const inChunks = (take: (block: Buffer) => void): Promise<void> =>
    writeFromChunks(createTransformRunner(transforms), take)
  const inLines = (take: (block: Buffer) => void): Promise<void> => writeFromSplit(change, take)
  assert.ok((await bytesOf(inChunks)).equals(await bytesOf(inLines)))
  return compareSpeed(
    goal,
    () => inChunks(ignore),
    () => inLines(ignore),
  )
}

/** Threads stay for all rounds: what their start costs is in the bench of whole processes. */
async function compareThreads(): Promise<readonly Ratio[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  const file = join(directory, 'projection.mjs')
  await writeFile(file, PROJECTION)
  const runner = await createParallelRunner([file], { workers: THREADS })
  const single = [{ document: project }]
  const inOne = (take: (block: Buffer) => void): Promise<void> =>
    writeFromChunks(createTransformRunner(single), take)
  const inSeveral = (take: (block: Buffer) => void): Promise<void> => writeFromChunks(runner, take)
  try {
    assert.ok((await bytesOf(inSeveral)).equals(await bytesOf(inOne)))
    const goal = { name: `projection: ${THREADS} threads to one`, bar: 1.4 }
    return [
      await compareSpeed(
        goal,
        () => inSeveral(ignore),
        () => inOne(ignore),
      ),
    ]
  } finally {
    await runner.close()
    await rm(directory, { recursive: true })
  }
}

async function writeFromChunks(
  runner: TransformRunner,
  take: (block: Buffer) => void,
): Promise<void> {
  await pipeline(
    readBlocks(body, CHUNK_BYTES),
    createChunker(),
    async function* (chunks: AsyncIterable<EntryChunk>) {
      for await (const result of transformChunks(chunks, runner, undefined)) {
        for (const { buffer } of result.chunks) yield buffer
      }
    },
    byteSink(take),
  )
}

async function writeFromSplit(change: Change, take: (block: Buffer) => void): Promise<void> {
  const changeLine = (line: string): string =>
    `${JSON.stringify(change(JSON.parse(line) as MutableDocument))}\n`
  const source = readBlocks(body, SPLIT_BLOCK_BYTES)
  await pipeline(source, split2('\n', changeLine, SPLIT), byteSink(take))
}

/** Takes bytes as a file or a pipe would; lines that are texts become bytes here. */
function byteSink(take: (block: Buffer) => void): Writable {
  return new Writable({
    highWaterMark: SPLIT_BLOCK_BYTES,
    write(block: Buffer, _encoding, done) {
      take(block)
      done()
    },
  })
}

async function bytesOf(write: (take: (block: Buffer) => void) => Promise<void>): Promise<Buffer> {
  const blocks: Buffer[] = []
  await write((block) => blocks.push(block))
  return Buffer.concat(blocks)
}

function ignore(): void {
  // What comes out is looked at once, before anything is measured.
}
