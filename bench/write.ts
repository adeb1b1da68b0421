/*
 * How fast are documents written over HTTP? 50,000 of 400 bytes, one by one through 64 connections, in
 * arrays of 1,000 through four, and as one import of lines; held against the store's own bulk load, which
 * takes chunks of the same lines in the leader's process. An import has to make revisions and the text of
 * each document, which the bulk load takes as they come, and shares two cores with its client: more
 * than half as fast is expected. Single documents are bound by HTTP, some thousands a second.
 *
 * The leader is a process of its own, and this one is its client.
 */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { answerOf, endChild } from './support/child-process.js'
import { summarize, type Ratio } from './support/ratio.js'
import { WriteClient } from './write/client.js'
import type { LeaderAnswer, LeaderOrder } from './write/leader-process.js'
import { makeLines } from './write/sample.js'

const DOCUMENTS = 50_000
/** Fewer one by one, which takes as long. */
const SINGLE_DOCUMENTS = 5000
const CONNECTIONS = 64
const ROUNDS = 7
const WARMUP_ROUNDS = 1

/** How much is compared. */
export interface WriteBench {
  readonly documents: number
  readonly singleDocuments: number
  /** For documents one by one. */
  readonly connections: number
  readonly rounds: number
  readonly warmupRounds: number
}

/** Compares at the size that the bars are for. */
export function run(): Promise<readonly Ratio[]> {
  return compareWrites({
    documents: DOCUMENTS,
    singleDocuments: SINGLE_DOCUMENTS,
    connections: CONNECTIONS,
    rounds: ROUNDS,
    warmupRounds: WARMUP_ROUNDS,
  })
}

/** Compares at any size; bars are met only by large ones. */
export async function compareWrites(bench: WriteBench): Promise<readonly Ratio[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  const leader = fork(new URL('write/leader-process.js', import.meta.url), [
    join(directory, 'leader'),
    String(bench.documents),
  ])
  try {
    const url = (await answerOf(leader)) as string
    return summarizeRates(await measure(bench, leader, url))
  } finally {
    await endChild(leader)
    await rm(directory, { recursive: true })
  }
}

type Way = 'bulk' | 'import' | 'arrays' | 'single'

/** Documents a millisecond, of each way in each round. */
type Rates = Readonly<Record<Way, number[]>>

async function measure(bench: WriteBench, leader: ChildProcess, url: string): Promise<Rates> {
  const { documents, singleDocuments, connections } = bench
  const lines = makeLines(documents)
  const client = new WriteClient(url, connections)
  const ways: readonly (readonly [Way, number, (collection: string) => Promise<unknown>])[] = [
    ['bulk', documents, (collection) => order(leader, { kind: 'load', collection })],
    ['import', documents, (collection) => client.importLines(collection, lines)],
    ['arrays', documents, (collection) => client.insertArrays(collection, lines)],
    [
      'single',
      singleDocuments,
      (collection) => client.insertEach(collection, lines, singleDocuments),
    ],
  ]
  const rates: Rates = { bulk: [], import: [], arrays: [], single: [] }
  try {
    for (let round = -bench.warmupRounds; round < bench.rounds; round += 1) {
      for (const [way, count, write] of ways) {
        const collection = `${way}${round + bench.warmupRounds}`
        await order(leader, { kind: 'make', collection })
        const start = performance.now()
        await write(collection)
        const ms = performance.now() - start
        if (round >= 0) rates[way].push(count / ms)
        // Every document is there and has the text that was sent.
        const state = await order(leader, { kind: 'drop', collection })
        assert.deepEqual(state, { documents: count, isExact: true })
      }
    }
    return rates
  } finally {
    client.close()
  }
}

async function order(leader: ChildProcess, what: LeaderOrder): Promise<LeaderAnswer> {
  leader.send(what)
  return (await answerOf(leader)) as LeaderAnswer
}

function summarizeRates({ bulk, import: imported, arrays, single }: Rates): readonly Ratio[] {
  const toBulk = (rates: readonly number[]): number[] =>
    rates.map((rate, round) => rate / (bulk[round] ?? 0))
  return [
    summarize(
      { name: "import over HTTP to the store's own bulk load", bar: 0.5 },
      toBulk(imported),
    ),
    summarize({ name: 'arrays of 1,000 to the bulk load' }, toBulk(arrays)),
    summarize({ name: 'single documents to the bulk load' }, toBulk(single)),
    summarize({ name: 'bulk load, thousand documents a second' }, bulk),
    summarize({ name: 'import, thousand documents a second' }, imported),
    summarize({ name: 'arrays of 1,000, thousand documents a second' }, arrays),
    summarize({ name: 'single documents, thousand a second' }, single),
  ]
}
