import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { openRemote } from '../../lib/remote/index.js'
import { parseAddress } from '../../lib/replica/index.js'
import { openStoreSource, openStoreTarget } from '../../lib/store/index.js'
import {
  buildSourceTrees,
  runFullSync,
  runSync,
  sumUpSource,
  type SyncFinished,
} from '../../lib/sync/index.js'
import { answerOf } from '../support/child-process.js'
import { summarize, type Ratio } from '../support/ratio.js'
import { COLLECTION, type Sample } from './sample.js'

/** Share of the data's bytes that may cross the wire to find that nothing differs. */
const EQUAL_SHARE_MAX = 0.02

/** What is synchronised with what. */
export interface SyncBench {
  readonly sample: Sample
  /** A store that is equal to the leader's but for edits; it is changed. */
  readonly follower: string
  /** A store that gets full copies. */
  readonly full: string
  /** The leader's store, which the process has open. */
  readonly url: string
  readonly leader: ChildProcess
  readonly rounds: number
}

/** One run: what it took, on the clock and on the wire. */
interface SyncRun {
  readonly ms: number
  readonly bytes: number
  readonly finished: SyncFinished
}

/** Compares an incremental run over differences on both sides with a full copy, over HTTP. */
export async function compareSyncs(bench: SyncBench): Promise<readonly Ratio[]> {
  const { sample, follower, full, rounds } = bench
  await checkAnswer(bench)
  const incremental: SyncRun[] = []
  const copies: SyncRun[] = []
  for (let round = 0; round < rounds; round += 1) {
    await sample.edit(follower, 'b')
    incremental.push(await run(bench, follower, true))
    copies.push(await run(bench, full, false))
  }
  const equal = await run(bench, follower, true)
  assert.deepEqual(outcomesOf(equal), ['equal'])
  assert.equal(equal.finished.repair?.fetched, 0)
  const dataBytes = copies[0]?.finished.totals.bytes ?? 0
  const ratioOf = (figure: 'ms' | 'bytes'): number[] =>
    copies.map((copy, round) => copy[figure] / (incremental[round]?.[figure] ?? 0))
  return [
    summarize({ name: 'incremental to full sync, wall time', bar: 20 }, ratioOf('ms')),
    summarize(
      { name: 'incremental to full sync, bytes on the sockets', bar: 50 },
      ratioOf('bytes'),
    ),
    summarize({ name: 'incremental sync, seconds' }, incremental.map(secondsOf)),
    summarize({ name: 'full sync, seconds' }, copies.map(secondsOf)),
    summarize({ name: 'equal copies: bytes on the sockets to data', atMost: EQUAL_SHARE_MAX }, [
      equal.bytes / dataBytes,
    ]),
  ]
}

/** The copy must be the leader's, and no document may have moved that did not have to. */
async function checkAnswer(bench: SyncBench): Promise<void> {
  const { sample, follower, url } = bench
  await sample.edit(follower, 'b')
  const repaired = await run(bench, follower, true)
  assert.deepEqual(outcomesOf(repaired), ['repaired'])
  assert.equal(repaired.finished.repair?.fetched, sample.documentsToFetch)
  const copy = await openStoreSource(follower, '_system')
  const leader = openLeader(url)
  try {
    const options = { collections: [COLLECTION] }
    const [tree] = await buildSourceTrees(copy, options)
    const [wanted] = await buildSourceTrees(leader, options)
    assert.deepEqual([tree?.tree.count, tree?.tree.hash], [wanted?.tree.count, wanted?.tree.hash])
    assert.deepEqual(await sumUpSource(copy, options), await sumUpSource(leader, options))
  } finally {
    await copy.close()
    await leader.close()
  }
}

async function run(
  { url, leader }: SyncBench,
  path: string,
  incremental: boolean,
): Promise<SyncRun> {
  const before = await bytesOf(leader)
  const start = performance.now()
  const source = openLeader(url)
  const target = await openStoreTarget(path, '_system')
  let finished: SyncFinished
  try {
    const options = { collections: [COLLECTION] }
    finished = incremental
      ? await runSync(source, target, { ...options, incremental })
      : await runFullSync(source, target, options)
  } finally {
    await source.close()
    await target.close()
  }
  const ms = performance.now() - start
  return { ms, bytes: (await bytesOf(leader)) - before, finished }
}

function openLeader(url: string): ReturnType<typeof openRemote> {
  const address = parseAddress(url)
  assert.equal(address.kind, 'remote')
  return openRemote(address, {})
}

/** Bytes that have crossed the leader's sockets, both ways. */
async function bytesOf(leader: ChildProcess): Promise<number> {
  leader.send('bytes')
  return (await answerOf(leader)) as number
}

function outcomesOf({ finished }: SyncRun): string[] {
  return finished.collections.map(({ outcome }) => outcome)
}

function secondsOf({ ms }: SyncRun): number {
  return ms / 1000
}
