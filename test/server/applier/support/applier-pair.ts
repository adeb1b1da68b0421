import assert from 'node:assert/strict'
import type { ApplierConfig } from '../../../../lib/server/applier/applier-config.js'
import type { ApplierError } from '../../../../lib/server/applier/applier-error.js'
import type { ApplierFigures } from '../../../../lib/server/applier/applier-figures.js'
import { runApplier, type ApplierRun } from '../../../../lib/server/applier/applier-run.js'
import type { Store } from '../../../../lib/store/index.js'
import { statesIn } from '../../../sync/support/replica-pair.js'
import { endpointOf } from '../../support/sync.js'
import {
  databaseOf,
  openTestStore,
  startTestLeader,
  type TestLeader,
} from '../../support/test-leader.js'

/** The settings of a follower that is fast enough for tests. */
export function configOf(
  leader: Pick<TestLeader, 'url'> | undefined,
  changes: Partial<ApplierConfig> = {},
): ApplierConfig {
  return {
    endpoint: leader && endpointOf(leader),
    database: undefined,
    secret: {},
    requestTimeout: 600,
    connectTimeout: 10,
    ignoreErrors: 0,
    maxConnectRetries: 100,
    connectionRetryWaitTime: 0.25,
    lockTimeoutRetries: 0,
    sslProtocol: 0,
    chunkSize: 0,
    skipCreateDrop: false,
    autoStart: false,
    adaptivePolling: true,
    autoResync: false,
    autoResyncRetries: 2,
    maxPacketSize: 536_870_912,
    includeSystem: true,
    includeFoxxQueues: false,
    requireFromPresent: true,
    verbose: false,
    incremental: false,
    restrictType: '',
    restrictCollections: [],
    initialSyncMaxWaitTime: 300,
    idleMinWaitTime: 0.25,
    idleMaxWaitTime: 0.25,
    ...changes,
  }
}

/** Figures of a follower that has not run. */
export function newFigures(): ApplierFigures {
  return {
    phase: 'inactive',
    lastApplied: undefined,
    lastProcessed: undefined,
    lastAvailable: undefined,
    safeResume: undefined,
    progress: { time: 0, message: '', failedConnects: 0 },
    leader: undefined,
    totalRequests: 0,
    totalFailedConnects: 0,
    totalEvents: 0,
    totalDocuments: 0,
    totalRemovals: 0,
    totalResyncs: 0,
    totalOperationsExcluded: 0,
    totalApplyTime: 0,
    applyCount: 0,
    totalFetchTime: 0,
    fetchCount: 0,
    lastError: undefined,
  }
}

/** A run that is under way. */
export interface StartedRun {
  readonly figures: ApplierFigures
  /** What it ended with; undefined when it resolved. */
  readonly ended: Promise<unknown>
  /** Resolves once something holds; rejects when the run has ended before. */
  readonly until: (holds: () => boolean) => Promise<void>
  /** Aborts it, and waits until it has resolved. */
  readonly stop: () => Promise<void>
}

/** A leader, and a store that follows it. */
export interface ApplierPair {
  readonly leader: TestLeader
  readonly store: Store
  readonly run: (changes?: Partial<ApplierRun>) => StartedRun
  /** Runs until everything of the leader is applied, and stops. */
  readonly catchUp: (changes?: Partial<ApplierRun>) => Promise<ApplierFigures>
  /** What a run fails with. */
  readonly fails: (changes?: Partial<ApplierRun>) => Promise<ApplierError>
  /** Fails unless both hold the same. */
  readonly assertEqual: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts a leader, and makes a store that can follow it. */
export async function startApplierPair(): Promise<ApplierPair> {
  const leader = await startTestLeader()
  const { store, close } = await openTestStore()
  const run = (changes: Partial<ApplierRun> = {}): StartedRun =>
    startRun({
      config: configOf(leader),
      store,
      database: databaseOf(store, '_system'),
      begin: { kind: 'saved' },
      syncs: { maySyncFrom: () => true, retryDelayMs: 1 },
      ...changes,
    })
  return {
    leader,
    store,
    run,
    async catchUp(changes) {
      const running = run(changes)
      const tick = leader.store.lastTick
      await running.until(() => (running.figures.lastApplied ?? 0n) >= tick)
      await running.stop()
      return running.figures
    },
    async fails(changes) {
      return (await run(changes).ended) as ApplierError
    },
    async assertEqual() {
      assert.deepEqual(await statesIn(store), await statesIn(leader.store))
    },
    async close() {
      await leader.close()
      await close()
    },
  }
}

function startRun(options: Omit<ApplierRun, 'figures' | 'signal'>): StartedRun {
  const controller = new AbortController()
  const figures = newFigures()
  let isOver = false
  const ended = runApplier({ figures, ...options, signal: controller.signal })
    .then(
      () => undefined,
      (error: unknown) => error,
    )
    .finally(() => {
      isOver = true
    })
  return {
    figures,
    ended,
    async until(holds) {
      while (!holds()) {
        if (isOver) assert.fail(`it ended before: ${String(await ended)}`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    async stop() {
      controller.abort(new Error('stopped'))
      assert.equal(await ended, undefined)
    },
  }
}
