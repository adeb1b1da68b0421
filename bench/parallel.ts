/*
 * How much faster is a full copy of a server into a store when it is read through the parallel dump? The
 * leader is a process of its own and this one copies, so that each has a core. Reading takes a fifth of
 * the time of a plain copy, writing into LMDB the rest: one chunk after the other, three transactions a
 * megabyte, each of which waits for the disk. Batches of a parallel dump are written in large
 * transactions of which the next is ready when one ends, so a quarter less time is expected.
 */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openRemote } from '../lib/remote/index.js'
import { parseAddress, type Source } from '../lib/replica/index.js'
import { openStore, openStoreSource, openStoreTarget } from '../lib/store/index.js'
import { chunkLines } from '../lib/streams/index.js'
import { buildSourceTrees, runFullSync } from '../lib/sync/index.js'
import { answerOf, endChild } from './support/child-process.js'
import { generateLines, readBlocks } from './support/generate-lines.js'
import { summarize, type Ratio } from './support/ratio.js'

const DOCUMENTS = 100_000
const COLLECTIONS = 2
const ROUNDS = 9
const WARMUP_ROUNDS = 1
const LINE_BYTES = 402
const BLOCK_BYTES = 256 * 1024
const MEGABYTE = 1e6

/** How much is copied. */
export interface ParallelBench {
  /** Of each collection. */
  readonly documents: number
  readonly collections: number
  readonly rounds: number
  readonly warmupRounds: number
}

/** Compares at the size that the bar is for. */
export function run(): Promise<readonly Ratio[]> {
  return compareCopies({
    documents: DOCUMENTS,
    collections: COLLECTIONS,
    rounds: ROUNDS,
    warmupRounds: WARMUP_ROUNDS,
  })
}

type Way = 'parallel' | 'plain'

/** Compares at any size. */
export async function compareCopies(bench: ParallelBench): Promise<readonly Ratio[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  try {
    const path = join(directory, 'leader')
    await fillStore(path, bench)
    const leader = fork(new URL('dump/leader-process.js', import.meta.url), [path])
    try {
      return summarizeSpeeds(await measure(bench, directory, (await answerOf(leader)) as string))
    } finally {
      await endChild(leader)
    }
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function fillStore(path: string, { documents, collections }: ParallelBench): Promise<void> {
  const store = await openStore(path, { mode: 'write', create: true })
  const database = store.database('_system')
  assert(database !== undefined)
  const body = generateLines(documents, LINE_BYTES)
  for (let index = 0; index < collections; index += 1) {
    const collection = await store.createCollection(database, { name: `c${index}`, type: 2 })
    for await (const chunk of chunkLines(readBlocks(body, BLOCK_BYTES))) {
      await store.applyChunk(collection, chunk)
    }
  }
  await store.close()
}

/** Megabytes of documents a second of each way, in each round. */
type Speeds = Readonly<Record<Way, number[]>>

async function measure(bench: ParallelBench, directory: string, url: string): Promise<Speeds> {
  const speeds: Speeds = { parallel: [], plain: [] }
  const wanted = await treesOf(open(url, 'plain'))
  const into = join(directory, 'copy')
  for (let round = -bench.warmupRounds; round < bench.rounds; round += 1) {
    // Whoever comes second may find the disk busy with what the first one left.
    const order: readonly Way[] = round % 2 === 0 ? ['parallel', 'plain'] : ['plain', 'parallel']
    for (const way of order) {
      const speed = await copy(url, way, into)
      if (round >= 0) speeds[way].push(speed)
      else assert.deepEqual(await treesOf(await openStoreSource(into, '_system')), wanted)
      await rm(into, { recursive: true })
    }
  }
  return speeds
}

async function copy(url: string, way: Way, path: string): Promise<number> {
  const source = open(url, way)
  const target = await openStoreTarget(path, '_system')
  try {
    const start = performance.now()
    const { totals } = await runFullSync(source, target)
    return totals.bytes / MEGABYTE / ((performance.now() - start) / 1000)
  } finally {
    await source.close()
    await target.close()
  }
}

function open(url: string, way: Way): Source {
  const address = parseAddress(url)
  assert(address.kind === 'remote')
  return openRemote(address, way === 'parallel' ? { parallelDump: 'exact' } : {})
}

/** What tells whether the documents of two replicas are the same. */
async function treesOf(source: Source): Promise<readonly unknown[]> {
  try {
    const trees = await buildSourceTrees(source, { workers: 0 })
    return trees.map(({ collection, tree }) => [collection, tree.count, tree.hash])
  } finally {
    await source.close()
  }
}

function summarizeSpeeds({ parallel, plain }: Speeds): readonly Ratio[] {
  const ratios = parallel.map((speed, round) => speed / (plain[round] ?? 0))
  return [
    summarize({ name: 'full sync: parallel dump to plain dump', bar: 1.2 }, ratios),
    summarize({ name: 'full sync through the parallel dump, MB/s' }, parallel),
    summarize({ name: 'full sync through the plain dump, MB/s' }, plain),
  ]
}
