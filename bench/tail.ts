/*
 * How fast are changes that come from a leader over HTTP? The log tells of 200,000 documents of 400
 * bytes, a fifth of them in transactions. Reading it raw, chunks of whole lines of which the heads are
 * looked at, is held against the scan of the store that the leader makes of it: about half as fast is
 * expected, as the bytes are copied through two sockets and cut into lines. As events, one object a
 * change; the same bytes in memory, cut and looked at, against JSON.parse of each line as many tailers do;
 * and applied to a store, bound by LMDB. Last, how long one write takes to the follower's disk.
 */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openStore, openStoreTarget } from '../lib/store/index.js'
import { answerOf, endChild } from './support/child-process.js'
import { timeInterleaved, type InterleaveOptions } from './support/interleave.js'
import { summarize, type Ratio } from './support/ratio.js'
import { measureLatency } from './tail/latency.js'
import {
  applyLog,
  cutEach,
  holdLog,
  openLeader,
  parseEach,
  readEvents,
  readRaw,
  scanLog,
} from './tail/read-log.js'
import { makeLog } from './tail/sample.js'

const DOCUMENTS = 200_000
const WRITES = 500
const APPLY_ROUNDS = 3
/** One run takes long enough to be a round. */
const INTERLEAVE: InterleaveOptions = { rounds: 9, roundMs: 0 }

/** How much is compared. */
export interface TailBench {
  readonly documents: number
  /** Single writes of which the latency is measured. */
  readonly writes: number
  readonly applyRounds: number
  readonly interleave: InterleaveOptions
}

/** Compares at the size that the bars are for. */
export function run(): Promise<readonly Ratio[]> {
  return compareTail({
    documents: DOCUMENTS,
    writes: WRITES,
    applyRounds: APPLY_ROUNDS,
    interleave: INTERLEAVE,
  })
}

/** Compares at any size; bars are met only by large ones. */
export async function compareTail(bench: TailBench): Promise<readonly Ratio[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  let leader: ChildProcess | undefined
  try {
    const path = join(directory, 'leader')
    await makeLog(path, bench.documents)
    leader = fork(new URL('tail/leader-process.js', import.meta.url), [path])
    const url = (await answerOf(leader)) as string
    const read = await compareReading(bench, path, url)
    const applied = await measureApplying(bench, url, (round) => join(directory, `copy-${round}`))
    const source = openLeader(url)
    const target = await openStoreTarget(join(directory, 'follower'), '_system')
    try {
      const { writes } = bench
      const latency = await measureLatency({ source, target, leader, writes })
      return [...read, ...applied, ...latency]
    } finally {
      await Promise.all([source.close(), target.close()])
    }
  } finally {
    if (leader !== undefined) await endChild(leader)
    await rm(directory, { recursive: true })
  }
}

async function compareReading(
  { documents, interleave }: TailBench,
  path: string,
  url: string,
): Promise<readonly Ratio[]> {
  const store = await openStore(path, { mode: 'read' })
  const source = openLeader(url)
  try {
    const answers = await holdLog(store)
    const lines = await scanLog(store)
    assert.equal(await readRaw(source), documents)
    assert.equal(await readEvents(source), documents)
    assert.equal(await cutEach(answers), documents)
    assert.equal(parseEach(answers), documents)
    const [scan = [], raw = [], events = [], cut = [], parsed = []] = await timeInterleaved(
      [
        () => scanLog(store),
        () => readRaw(source),
        () => readEvents(source),
        () => cutEach(answers),
        () => parseEach(answers),
      ],
      interleave,
    )
    const perSecond = (times: readonly number[]): number[] => times.map((ms) => lines / ms)
    return [
      summarize({ name: 'raw over HTTP to scan of the store', bar: 0.4 }, divide(scan, raw)),
      summarize({ name: 'events to raw', bar: 0.5 }, divide(raw, events)),
      summarize({ name: 'raw to JSON.parse, both in memory', bar: 1.5 }, divide(parsed, cut)),
      summarize({ name: 'raw over HTTP to JSON.parse in memory' }, divide(parsed, raw)),
      summarize({ name: 'scan, thousand markers a second' }, perSecond(scan)),
      summarize({ name: 'raw, thousand markers a second' }, perSecond(raw)),
      summarize({ name: 'events, thousand markers a second' }, perSecond(events)),
      summarize({ name: 'JSON.parse, thousand markers a second' }, perSecond(parsed)),
    ]
  } finally {
    await source.close()
    await store.close()
  }
}

/** Times of one by those of another, round by round. */
function divide(peer: readonly number[], subject: readonly number[]): number[] {
  return subject.map((ms, round) => (peer[round] ?? 0) / ms)
}

async function measureApplying(
  { documents, applyRounds }: TailBench,
  url: string,
  pathOf: (round: number) => string,
): Promise<readonly Ratio[]> {
  const source = openLeader(url)
  try {
    const rates: number[] = []
    for (let round = 0; round < applyRounds; round += 1) {
      const start = performance.now()
      assert.equal(await applyLog(source, pathOf(round)), documents)
      rates.push(documents / (performance.now() - start))
    }
    return [summarize({ name: 'applied to a store, thousand documents a second' }, rates)]
  } finally {
    await source.close()
  }
}
