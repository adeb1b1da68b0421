import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRemote } from '../../../lib/remote/index.js'
import type { LeaderOptions } from '../../../lib/server/index.js'
import { openStoreTarget, type Store } from '../../../lib/store/index.js'
import { runSync } from '../../../lib/sync/index.js'
import { startTestLeader, type TestLeader } from '../../server/support/test-leader.js'
import { startFaultyProxy, type Fault, type FaultPlan } from '../../support/faulty-proxy.js'
import {
  DATABASE,
  documentLine,
  documentLines,
  put,
  remove,
  revisionAt,
  stateOf,
} from './replica-pair.js'

export const TREE = 'GET /_api/replication/revisions/tree'
export const RANGES = 'PUT /_api/replication/revisions/ranges'
export const DOCUMENTS = 'PUT /_api/replication/revisions/documents'

/** A fault of all requests of a name, or of the first ones alone. */
export function faultOf(name: string, fault: Fault, times?: number): FaultPlan {
  let count = 0
  return (request) => {
    if (request.name !== name || count === times) return undefined
    count += 1
    return fault
  }
}

/** How a run against a leader with faults ended. */
interface FaultyRun {
  /** Codes of the error and of its cause, `equal` when there was none. */
  readonly outcome: 'equal' | readonly string[]
  /** What the follower holds at the end of it. */
  readonly state: Awaited<ReturnType<typeof stateOf>>
  /** Names of the requests that came to the proxy. */
  readonly names: readonly string[]
}

/** A leader and a follower that has diverged from it, the same for each run. */
export interface DivergedPair {
  readonly leader: () => TestLeader
  /**
   * Synchronises a follower through a proxy with faults. If that ends well the follower must hold
   * what the leader holds; if not, it must come to hold that when it is run again without faults.
   */
  readonly runFaulty: (plan: FaultPlan) => Promise<FaultyRun>
}

/** Makes the pair before the first test of the suite; call inside `describe`. */
export function useDivergedPair(options: Pick<LeaderOptions, 'compat'> = {}): DivergedPair {
  let directory = ''
  let served: TestLeader | undefined
  let expected: unknown
  let runs = 0
  const at = (name: string): string => join(directory, name)
  const leader = (): TestLeader => served ?? assert.fail('the leader has not been started')
  before(async function () {
    this.timeout(120_000)
    directory = await mkdtemp(join(tmpdir(), 'tidemark-faults-'))
    served = await startTestLeader(options)
    const { url } = served
    await diverge(served, () => synchronise(url, at('follower'), false))
    await synchronise(url, at('expected'), false)
    expected = await stateOf(at('expected'))
  })
  after(async () => {
    await served?.close()
    await rm(directory, { recursive: true, force: true })
  })
  return {
    leader,
    async runFaulty(plan) {
      runs += 1
      const path = at(`run${runs}`)
      await cp(at('follower'), path, { recursive: true })
      const proxy = await startFaultyProxy(leader().url, plan)
      let outcome: FaultyRun['outcome'] = 'equal'
      try {
        await synchronise(proxy.url, path, true)
      } catch (error) {
        outcome = codesOf(error)
      } finally {
        proxy.close()
      }
      const state = await stateOf(path)
      if (outcome !== 'equal') await synchronise(leader().url, path, true)
      assert.deepEqual(outcome === 'equal' ? state : await stateOf(path), expected)
      return { outcome, state, names: proxy.names }
    },
  }
}

async function synchronise(url: string, path: string, incremental: boolean): Promise<void> {
  const remote = { kind: 'remote', url, database: DATABASE } as const
  const source = openRemote(remote, { retryDelayMs: 1, retries: 2 })
  const target = await openStoreTarget(path, DATABASE)
  try {
    await runSync(source, target, { incremental, workers: 0 })
  } finally {
    await Promise.all([source.close(), target.close()])
  }
}

/** Fills a leader, lets it be copied, and goes on at the leader. */
async function diverge({ store }: TestLeader, copy: () => Promise<void>): Promise<void> {
  await fill(store, 'a', documentLines(300))
  await fill(store, 'b', documentLines(50, 5000))
  await fill(store, 'same', documentLines(20))
  await copy()
  await fill(store, 'a', [
    ...documentLines(200, 3000),
    // Two keys that have each other's revision now, and one with a revision in another leaf.
    documentLine('k10', revisionAt(11)),
    documentLine('k11', revisionAt(10)),
    documentLine('k12', revisionAt(7, 5), { far: true }),
  ])
  await remove(store, 'a', ['k1', 'k2', 'k3'])
  await remove(store, 'b', ['k5007'])
  await fill(store, 'new', documentLines(10))
}

/** Writes documents that have the collection's name in their `_id`, as documents of a server do. */
async function fill(store: Store, name: string, lines: readonly string[]): Promise<void> {
  await put(
    store,
    name,
    lines.map((line) => line.replace('"_id":"c/', `"_id":"${name}/`)),
  )
}

function codesOf(error: unknown): string[] {
  const codes: string[] = []
  for (let one = error; one instanceof Error; one = one.cause) {
    codes.push((one as NodeJS.ErrnoException).code ?? one.name)
  }
  return codes.slice(0, 2)
}
