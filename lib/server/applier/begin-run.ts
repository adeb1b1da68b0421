import type { ChangeLogState, LogPosition, Source, Target } from '../../replica/index.js'
import { unfinishedCopyOf } from '../../sync/index.js'
import { tick, type Tick } from '../../values/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { ApplierError } from './applier-error.js'
import type { ApplierRun } from './applier-task.js'
import type { RunRetries } from './run-retries.js'

/** Both ends of a run, and who waits for the leader. */
export interface RunEnds {
  readonly run: ApplierRun
  readonly source: Source
  readonly target: Target
  readonly retries: RunRetries
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** How `followReplica` begins: with a copy, at a position, or where the target stands. */
export type RunBegin = 'copy' | LogPosition | undefined

/**
 * Finds out how a run begins, once the leader answers.
 *
 * A copy that a run before this one left unfinished is done anew, as long as the leader is the same:
 * there is no position that the data is of.
 *
 * @throws ApplierError 1405 when the leader is this server; 1407 where a copy from elsewhere is not
 *   finished; what the leader fails with for good
 */
export async function beginRun(ends: RunEnds): Promise<RunBegin> {
  const { run, source, target } = ends
  const { begin, database } = run
  const leader = await askLeader(ends)
  const isSame = database === undefined || source.database === database.name
  if (leader.serverId === run.store.serverId && isSame) {
    throw new ApplierError(
      ERROR_NUMBER.loop,
      `Cannot follow ${source.address}: it is this very server`,
    )
  }
  if (begin.kind === 'sync') return 'copy'
  const isGlobal = database === undefined
  const unfinished = await unfinishedCopyOf(target, isGlobal)
  if (unfinished !== undefined) {
    if (begin.kind === 'saved' && unfinished.serverId === leader.serverId) return 'copy'
    const reason = 'a synchronisation into it was not finished: synchronise it anew'
    const message = `Cannot follow into ${target.address}: ${reason}`
    throw new ApplierError(ERROR_NUMBER.invalidApplierState, message)
  }
  const at = (from: Tick): LogPosition => {
    const { serverId } = leader
    const name = isGlobal ? undefined : source.database
    return { serverId, database: name, tick: from, resumeTick: from, openTransactions: [] }
  }
  if (begin.kind === 'tick') return at(begin.tick)
  const saved = run.store.followPosition(database)
  return saved === undefined ? at(tick(0n)) : undefined
}

/** Tells whether somebody waits for the synchronisation that the run begins with. */
export function isAsked(begin: ApplierRun['begin']): boolean {
  return begin.kind === 'sync' && begin.isPatient !== true
}

/** Asks whose log it is, again and again until somebody answers. */
async function askLeader({ run, source, retries }: RunEnds): Promise<ChangeLogState> {
  const { signal, database, begin } = run
  for (;;) {
    const log = source.openLog?.({ isGlobal: database === undefined })
    if (log === undefined) throw new TypeError('Cannot follow: the leader has no log')
    try {
      const state = await log.state({ signal })
      retries.noteAnswer()
      return state
    } catch (error) {
      if (isAsked(begin)) throw error
      await retries.waitAfter(error)
    } finally {
      await log.close({ keepsPlace: true })
    }
  }
}
