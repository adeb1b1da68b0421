import { createStoreTarget, type Store, type StoreDatabase } from '../../store/index.js'
import { toApplierError } from './applier-error.js'
import type { ApplierRun } from './applier-task.js'
import { followLeader } from './follow-leader.js'
import { LeaderSource } from './leader-source.js'
import { RunRetries } from './run-retries.js'
import { guardTarget, WriteGate } from './write-gate.js'

export type { ApplierBegin, ApplierRun } from './applier-task.js'

const SYSTEM_DATABASE = '_system'

/**
 * Follows a leader until it is told to stop. When it has ended, nothing of it is going to be written
 * any more, so another run may begin.
 *
 * @returns when the signal was aborted
 * @throws ApplierError with the errorNum of what ended it (client notes, 3.5)
 */
export async function runApplier(run: ApplierRun): Promise<void> {
  const { signal, figures, config } = run
  try {
    await runGuarded(run)
  } catch (error) {
    if (signal.aborted) return
    const failure = toApplierError(error, config.secret)
    const { errorNum, message } = failure
    figures.lastError = { errorNum, message, time: nowOf(run) }
    throw failure
  } finally {
    figures.phase = 'inactive'
  }
}

async function runGuarded(run: ApplierRun): Promise<void> {
  const { config, store, figures, signal, syncs, scheduler } = run
  if (signal.aborted) return
  const record = run.database ?? systemOf(store)
  const database = run.database === undefined ? SYSTEM_DATABASE : (config.database ?? record.name)
  const now = (): number => nowOf(run)
  const retries = new RunRetries({ config, figures, scheduler, signal, now })
  const onAnswer = (): void => {
    retries.noteAnswer()
  }
  const source = new LeaderSource({ config, figures, syncs, database, now, onAnswer })
  const gate = new WriteGate()
  const target = guardTarget(createStoreTarget(store, record), gate)
  try {
    await followLeader({ run, source, target, retries, now })
  } finally {
    figures.phase = 'shutdown'
    await gate.close()
    await source.close()
  }
}

function nowOf({ scheduler }: ApplierRun): number {
  return scheduler?.now() ?? Date.now()
}

function systemOf(store: Store): StoreDatabase {
  const system = store.database(SYSTEM_DATABASE)
  if (system === undefined) throw new TypeError('Cannot follow: the store has no _system')
  return system
}
