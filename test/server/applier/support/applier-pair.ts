import assert from 'node:assert/strict'
import {
  APPLIER_DEFAULTS,
  type ApplierConfig,
} from '../../../../lib/server/applier/applier-config.js'
import type { ApplierError } from '../../../../lib/server/applier/applier-error.js'
import type { ApplierFigures } from '../../../../lib/server/applier/applier-figures.js'
import { createFigures } from '../../../../lib/server/applier/create-figures.js'
import { runApplier, type ApplierRun } from '../../../../lib/server/applier/applier-run.js'
import type { Store } from '../../../../lib/store/index.js'
import { statesIn } from '../../../sync/support/replica-pair.js'
import { startFaultyProxy } from '../../../support/faulty-proxy.js'
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
    ...APPLIER_DEFAULTS,
    endpoint: leader && endpointOf(leader),
    connectionRetryWaitTime: 0.25,
    idleMinWaitTime: 0.25,
    idleMaxWaitTime: 0.25,
    ...changes,
  }
}

type RunOptions = Omit<ApplierRun, 'figures' | 'signal'>

/** A run that is under way. */
interface StartedRun {
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
  /** Puts documents into the collection of the leader's `_system`, which is made when there is none. */
  readonly put: (name: string, ...keys: readonly string[]) => Promise<void>
  /** Forgets what the leader's log has. */
  readonly trim: () => Promise<void>
  readonly leader: TestLeader
  readonly store: Store
  /** What a run is told without changes. */
  readonly options: () => RunOptions
  readonly run: (changes?: Partial<ApplierRun>) => StartedRun
  /** Begins a synchronisation, and stops it when the first documents are asked for. */
  readonly stopAmidSync: (changes?: Partial<ApplierRun>) => Promise<void>
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
  const options = (): RunOptions => ({
    config: configOf(leader),
    store,
    database: databaseOf(store, '_system'),
    begin: { kind: 'saved' },
    syncs: { maySyncFrom: () => true, retryDelayMs: 1 },
  })
  const run = (changes: Partial<ApplierRun> = {}): StartedRun =>
    startRun({ ...options(), ...changes })
  return {
    leader,
    store,
    options,
    run,
    async put(name, ...keys) {
      const database = databaseOf(leader.store, '_system')
      const collection =
        leader.store.collection(database, name) ??
        (await leader.store.createCollection(database, { name, type: 2 }))
      for (const key of keys) await leader.store.put(collection, JSON.stringify({ _key: key }))
    },
    async trim() {
      await leader.store.trimLog({ bytesMax: 0, through: leader.store.lastTick })
    },
    async stopAmidSync(changes) {
      let isAsked = false
      let release: () => void = () => undefined
      const held = new Promise<undefined>((resolve) => {
        release = () => {
          resolve(undefined)
        }
      })
      const proxy = await startFaultyProxy(leader.url, ({ name }) => {
        if (!name.includes('/dump')) return undefined
        isAsked = true
        return held
      })
      const running = run({ config: configOf(proxy), begin: { kind: 'sync' }, ...changes })
      await running.until(() => isAsked)
      await running.stop()
      release()
      proxy.close()
    },
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

function startRun(options: RunOptions): StartedRun {
  const controller = new AbortController()
  const figures = createFigures(undefined, 0)
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
