/*
 * Many connections write to a leader, each as fast as it is answered: documents one by one, in arrays and
 * imports, replaced, updated and removed. No request fails. Then the leader is killed with all of them at
 * work, and started again: everything that it had acknowledged is there.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { LeaderChild, send } from './leader-child.js'
import { COLLECTION, WriteWorker } from './write-worker.js'

/** How {@link soakWrites} writes. */
export interface WriteSoakOptions {
  /** For the store; empty. */
  readonly directory: string
  readonly minutes: number
  readonly connections: number
  readonly seed: number
}

/** What was done, and seen. */
export interface WriteSoakFigures {
  /** Requests that were answered; none failed. */
  readonly requests: number
  /** Documents whose writing was acknowledged. */
  readonly written: number
  /** Milliseconds in which half of the requests were answered. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Writes, kills and checks; throws when a request failed, or something that was acknowledged is not there. */
export async function soakWrites(options: WriteSoakOptions): Promise<WriteSoakFigures> {
  const { directory, connections, seed } = options
  const path = join(directory, 'leader')
  const workers = Array.from({ length: connections }, (_, index) => new WriteWorker(seed, index))
  const leader = await LeaderChild.start(path)
  try {
    await send(`${leader.url}/_api/collection`, 'POST', {
      body: JSON.stringify({ name: COLLECTION }),
    })
    await load(options, leader, workers)
  } finally {
    await leader.kill()
  }
  const again = await LeaderChild.start(path)
  try {
    for (const worker of workers) await worker.check(again.url)
  } finally {
    await again.stop()
  }
  return figuresOf(workers)
}

/** Runs all workers until the time is over and each has done something, and kills the leader then. */
async function load(
  { minutes }: WriteSoakOptions,
  leader: LeaderChild,
  workers: readonly WriteWorker[],
): Promise<void> {
  const endMs = performance.now() + minutes * 60_000
  const idle = new Set(workers)
  let isOver: () => void = () => undefined
  const over = new Promise<void>((resolve) => {
    isOver = resolve
  })
  const onStep = (worker: WriteWorker): void => {
    idle.delete(worker)
    if (idle.size === 0 && performance.now() >= endMs) isOver()
  }
  const runs = Promise.all(workers.map((worker) => worker.run(leader.url, onStep)))
  await Promise.race([over, runs])
  for (const worker of workers) worker.end()
  await leader.kill()
  await runs
}

function figuresOf(workers: readonly WriteWorker[]): WriteSoakFigures {
  const latencies = Float64Array.from(workers.flatMap((worker) => worker.latencies)).sort()
  const at = (share: number): number =>
    latencies[Math.min(Math.floor(share * latencies.length), latencies.length - 1)] ?? 0
  assert.ok(latencies.length >= workers.length)
  return {
    requests: latencies.length,
    written: workers.reduce((sum, { written }) => sum + written, 0),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
  }
}
