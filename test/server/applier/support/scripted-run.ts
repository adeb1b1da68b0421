import {
  APPLIER_DEFAULTS,
  type ApplierConfig,
} from '../../../../lib/server/applier/applier-config.js'
import type { Applier } from '../../../../lib/server/applier/applier.js'
import type { ApplierEvent } from '../../../../lib/server/applier/applier-parts.js'
import type { ApplierRun } from '../../../../lib/server/applier/applier-run.js'
import { Appliers } from '../../../../lib/server/applier/appliers.js'
import { RequestError } from '../../../../lib/server/request-error.js'
import { Syncs } from '../../../../lib/server/sync/syncs.js'
import type { LogPosition } from '../../../../lib/replica/index.js'
import type { Store } from '../../../../lib/store/index.js'
import { tick } from '../../../../lib/values/index.js'

/** What followers of these tests are told to follow. */
export const CONFIG: ApplierConfig = {
  ...APPLIER_DEFAULTS,
  endpoint: 'tcp://127.0.0.1:8529',
  database: '_system',
  secret: { username: 'ann', password: 'hunter2' },
}

/** A run that a test ends. */
interface ScriptedRun {
  readonly given: ApplierRun
  /** Ends it as if the engine had failed. */
  readonly fail: (error: unknown) => void
}

/** Followers whose engine does what a test says. */
export interface ScriptedAppliers {
  readonly appliers: Appliers
  readonly syncs: Syncs
  /** Runs that began, in their order. */
  readonly runs: readonly ScriptedRun[]
  readonly events: readonly ApplierEvent[]
  /** Resolves with a run once so many have begun. */
  readonly begun: (count: number) => Promise<ScriptedRun>
}

/** How {@link scriptAppliers} makes them. */
export interface ScriptOptions {
  readonly appliersMax?: number
  readonly now?: () => number
}

/** Makes followers whose engine waits until it is stopped, or told to fail. */
export function scriptAppliers(store: Store, options: ScriptOptions = {}): ScriptedAppliers {
  const { appliersMax = 8, now = () => 1000 } = options
  const runs: ScriptedRun[] = []
  const events: ApplierEvent[] = []
  const waiting = new Map<number, (run: ScriptedRun) => void>()
  const syncs = new Syncs({ limits: { syncsMax: 4, syncRetryDelayMs: 1 } })
  const run = (given: ApplierRun): Promise<void> =>
    new Promise((resolve, reject) => {
      const scripted = { given, fail: reject }
      given.signal.addEventListener('abort', () => {
        resolve()
      })
      runs.push(scripted)
      waiting.get(runs.length)?.(scripted)
    })
  const onEvent = (event: ApplierEvent): void => {
    events.push(event)
  }
  const appliers = new Appliers({
    store,
    syncs,
    limits: { appliersMax },
    version: '3.11.1',
    run,
    now,
    onEvent,
  })
  const begun = (count: number): Promise<ScriptedRun> =>
    new Promise((resolve) => {
      const known = runs[count - 1]
      if (known === undefined) waiting.set(count, resolve)
      else resolve(known)
    })
  return { appliers, syncs, runs, events, begun }
}

/** The `state` of a state document. */
export interface ShownState {
  readonly started: string
  readonly running: boolean
  readonly phase: string
  readonly lastAppliedContinuousTick: string | null
  readonly progress: { readonly message: string }
  readonly totalRequests: number
  readonly totalResyncs: number
  readonly lastError: { readonly errorNum: number; readonly errorMessage?: string }
}

/** What a follower tells of itself. */
export function shownOf(applier: Applier): ShownState {
  return applier.describe()['state'] as ShownState
}

/** Tells whether an error is the answer of that status and errorNum. */
export function refusal(status: number, errorNum: number): (error: unknown) => boolean {
  return (error) =>
    error instanceof RequestError && error.status === status && error.errorNum === errorNum
}

/** A position in a leader's log. */
export function positionAt(at: bigint): LogPosition {
  const ticks = { tick: tick(at), resumeTick: tick(at), openTransactions: [] }
  return { serverId: '7', database: '_system', ...ticks }
}
