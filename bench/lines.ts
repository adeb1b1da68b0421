/*
 * How much faster do chunks of whole lines go through a pipe than single lines and objects do? The
 * peer is split2 at its best settings: `\n` for its pattern (the default, a regular expression, is a
 * fifth slower), its mapper doing all the work in one stage, and blocks of 64 kB (at 256 kB it loses a
 * third). Both get the same bytes, each in the blocks that suit it best: chunks come in the blocks
 * that files are read in. Expected: lines 10 times, a filter by key about
 * 12 times, objects 1.1 to 1.3 times, since both spend their time in JSON.parse.
 */
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import split2 from 'split2'
import { CHUNK_BYTES } from '../lib/core/index.js'
import { createChunker, filterEntries, type EntryChunk } from '../lib/streams/index.js'
import { DumpLineScanner, type JsonObject } from '../lib/wire/index.js'
import { generateLines, readBlocks } from './support/generate-lines.js'
import { compareSpeed, type Ratio } from './support/ratio.js'
import { runSuite } from './support/suite.js'

const BODY_BYTES = 24_000_000
const SPLIT_BLOCK_BYTES = 64 * 1024
const LINE_BYTES = 402
const LONG_LINE_BYTES = 2000
const OBJECT_HIGH_WATER_MARK = 64
const SUITE_LINES = 1000

const SPLIT = { readableHighWaterMark: OBJECT_HIGH_WATER_MARK }
const body = generateLines(Math.floor(BODY_BYTES / LINE_BYTES), LINE_BYTES)
const longBody = generateLines(Math.floor(BODY_BYTES / LONG_LINE_BYTES), LONG_LINE_BYTES)

/** Compares reading lines, filtering by key, and reading objects. */
export async function run(): Promise<readonly Ratio[]> {
  await assertSameAnswers()
  await compareScanning()
  return [
    await compareSpeed({ name: 'lines: chunks to split2', bar: 3 }, countInChunks, countSplit),
    await compareSpeed(
      { name: 'filter by _key, 1 in 10 left out: chunks to split2 + JSON', bar: 12 },
      () => filterInChunks(isMost, ignore),
      () => filterSplit(isMost, ignore),
    ),
    await compareSpeed(
      { name: 'filter by _key, every second left out: chunks to split2 + JSON' },
      () => filterInChunks(isHalf, ignore),
      () => filterSplit(isHalf, ignore),
    ),
    await compareSpeed(
      { name: 'objects: chunks to split2 + JSON.parse', bar: 1.15 },
      () => readFromChunks(body, ignore),
      () => readSplit(body, ignore),
    ),
    await compareSpeed(
      { name: 'objects: chunks to split2 as most people use it' },
      () => readFromChunks(body, ignore),
      () => readSplitByDefault(body, ignore),
    ),
    await compareSpeed(
      { name: 'objects of 2 kB: chunks to split2 + JSON.parse', bar: 0.95 },
      () => readFromChunks(longBody, ignore),
      () => readSplit(longBody, ignore),
    ),
  ]
}

function ignore(): void {
  // What comes out is looked at once, before anything is measured.
}

/** The key's last digit decides: one document in ten is left out. */
function isMost(key: string): boolean {
  return !key.endsWith('7')
}

/** Every second document is left out, so that no two neighbours can be copied as one. */
function isHalf(key: string): boolean {
  return key.charCodeAt(key.length - 1) % 2 === 0
}

function sink(take: (item: never) => void): Writable {
  return new Writable({
    objectMode: true,
    highWaterMark: OBJECT_HIGH_WATER_MARK,
    write(item: unknown, _encoding, done) {
      take(item as never)
      done()
    },
  })
}

async function countInChunks(): Promise<number> {
  let lines = 0
  const count = sink((chunk: EntryChunk) => {
    lines += chunk.lineCount
  })
  await pipeline(readBlocks(body, CHUNK_BYTES), createChunker(), count)
  return lines
}

async function countSplit(): Promise<number> {
  let lines = 0
  const count = sink(() => {
    lines += 1
  })
  await pipeline(readBlocks(body, SPLIT_BLOCK_BYTES), split2('\n', SPLIT), count)
  return lines
}

async function filterInChunks(
  isKept: (key: string) => boolean,
  take: (block: Buffer) => void,
): Promise<void> {
  await pipeline(
    readBlocks(body, CHUNK_BYTES),
    createChunker(),
    filterEntries(({ key }) => isKept(key)),
    sink(({ buffer }: EntryChunk) => {
      take(buffer)
    }),
  )
}

async function filterSplit(
  isKept: (key: string) => boolean,
  take: (line: string) => void,
): Promise<void> {
  const filterLine = (line: string): string | undefined => {
    const document = JSON.parse(line) as { readonly _key: string }
    return isKept(document._key) ? `${JSON.stringify(document)}\n` : undefined
  }
  await pipeline(readBlocks(body, SPLIT_BLOCK_BYTES), split2('\n', filterLine, SPLIT), sink(take))
}

async function readFromChunks(bytes: Buffer, take: (document: JsonObject) => void): Promise<void> {
  const read = sink((chunk: EntryChunk) => {
    for (const document of chunk.documents()) take(document)
  })
  await pipeline(readBlocks(bytes, CHUNK_BYTES), createChunker(), read)
}

async function readSplit(bytes: Buffer, take: (document: JsonObject) => void): Promise<void> {
  const parse = (line: string): JsonObject => JSON.parse(line) as JsonObject
  await pipeline(readBlocks(bytes, SPLIT_BLOCK_BYTES), split2('\n', parse, SPLIT), sink(take))
}

async function readSplitByDefault(
  bytes: Buffer,
  take: (document: JsonObject) => void,
): Promise<void> {
  const parse = (line: string): JsonObject => JSON.parse(line) as JsonObject
  await pipeline(readBlocks(bytes, SPLIT_BLOCK_BYTES), split2(parse), sink(take))
}

async function assertSameAnswers(): Promise<void> {
  assert.equal(await countInChunks(), body.length / LINE_BYTES)
  assert.equal(await countSplit(), body.length / LINE_BYTES)

  for (const isKept of [isMost, isHalf]) {
    const [fromChunks, fromSplit]: [Buffer[], string[]] = [[], []]
    await filterInChunks(isKept, (block) => fromChunks.push(block))
    await filterSplit(isKept, (line) => fromSplit.push(line))
    assert.ok(Buffer.concat(fromChunks).equals(Buffer.from(fromSplit.join(''))))
  }

  const sample = body.subarray(0, 1000 * LINE_BYTES)
  const [chunked, split]: [JsonObject[], JsonObject[]] = [[], []]
  await readFromChunks(sample, (document) => chunked.push(document))
  await readSplit(sample, (document) => split.push(document))
  assert.equal(chunked.length, 1000)
  assert.deepEqual(chunked, split)
}

/** Only told: what looking into a line costs beside parsing it. */
async function compareScanning(): Promise<void> {
  const scanner = new DumpLineScanner()
  const starts = Array.from({ length: SUITE_LINES }, (_, index) => index * LINE_BYTES)
  const lines = starts.map((start) => body.toString('utf8', start, start + LINE_BYTES))
  await runSuite(`lines of ${LINE_BYTES} bytes`, [
    {
      name: 'scan',
      items: SUITE_LINES,
      run: () => {
        for (const start of starts) scanner.scan(body, start, start + LINE_BYTES)
        return scanner.keyEnd
      },
    },
    {
      name: 'JSON.parse',
      items: SUITE_LINES,
      run: () => lines.map((line) => JSON.parse(line) as unknown),
    },
  ])
}
