import { asyncScheduler, concat, concatMap, defer, EMPTY, of, retry, type Observable } from 'rxjs'
import type { LogPosition } from '../../replica/index.js'
import { decideBegin } from './decide-begin.js'
import { NOTHING_FOLLOWED, type FollowGap } from './follow-event.js'
import { FollowReplicaError } from './follow-replica-error.js'
import type { FollowedLog, FollowLogEvent, FollowRun } from './follow-run.js'
import { gapOf } from './gap-of.js'
import { LagMeter } from './lag-meter.js'
import { ResyncLimit } from './resync-limit.js'
import { followTailInto } from './follow-tail-into.js'
import { unfinishedCopyOf } from './unfinished-copy-of.js'

/** Copies where there has to be a copy, and follows the log from there on. Cold. */
export function followLog<Copied>(log: FollowedLog<Copied>): Observable<Copied | FollowLogEvent> {
  return defer(async () => openRun(log)).pipe(concatMap(runRounds))
}

async function openRun<Copied>(log: FollowedLog<Copied>): Promise<FollowRun<Copied>> {
  const { source, target, isGlobal, options } = log
  if (source.openLog === undefined) {
    const reason = 'it has no log of changes; a server or a store has one'
    throw new FollowReplicaError('ERR_FOLLOW_SOURCE', source.address, reason)
  }
  if (target.openFollow === undefined) {
    const reason = `${target.address} cannot keep how far it has come; a store can`
    throw new FollowReplicaError('ERR_FOLLOW_TARGET', source.address, reason)
  }
  const { scheduler = asyncScheduler, begin } = options
  const { collections, exclude, includeSystem, includeFoxxQueues } = options
  const now = (): number => scheduler.now()
  return {
    ...log,
    followed: await target.openFollow({ isGlobal }),
    selection: { collections, exclude, includeSystem, includeFoxxQueues },
    scheduler,
    limit: new ResyncLimit(now),
    meter: new LagMeter(now),
    totals: NOTHING_FOLLOWED,
    reached: begin === 'copy' ? undefined : begin,
    isSkipping: false,
  }
}

/** A round ends in a gap, and the next one begins with what gets over it. */
function runRounds<Copied>(run: FollowRun<Copied>): Observable<Copied | FollowLogEvent> {
  let next: () => Observable<Copied | FollowLogEvent> = () => begin(run)
  const toNextRound = (error: unknown): Observable<true> => {
    const gap = gapOf(error)
    const over = gap === undefined ? undefined : roundAfter(run, gap, error)
    if (over === undefined) throw error
    next = over
    return of(true)
  }
  return defer(() => next()).pipe(retry({ delay: toNextRound }))
}

/** How a gap is got over; undefined where it is not. */
function roundAfter<Copied>(
  run: FollowRun<Copied>,
  gap: FollowGap,
  cause: unknown,
): (() => Observable<Copied | FollowLogEvent>) | undefined {
  const { onGap = 'fail' } = run.options
  if (onGap === 'skip' && gap.code === 'ERR_TAIL_GAP') return () => skip(run)
  if (onGap !== 'resync') return undefined
  if (run.limit.takesAnother()) return () => resync(run, gap)
  const reason = `it had to be synchronised anew too often; the last time since: ${gap.message}`
  throw new FollowReplicaError('ERR_FOLLOW_RESYNCS', run.source.address, reason, { cause })
}

function begin<Copied>(run: FollowRun<Copied>): Observable<Copied | FollowLogEvent> {
  const { source, isGlobal, followed, options, selection } = run
  const { incremental = false } = options
  if (options.begin === 'copy') return concat(copy(run, incremental), tail(run))
  if (options.begin !== undefined) return tail(run)
  const database = isGlobal ? undefined : source.database
  const wish = { source: source.address, database, selection, incremental }
  return defer(async () => decideBegin(await followed.position(), wish)).pipe(
    concatMap(({ kind }) => concat(kind === 'copy' ? copy(run, incremental) : EMPTY, tail(run))),
  )
}

function resync<Copied>(
  run: FollowRun<Copied>,
  gap: FollowGap,
): Observable<Copied | FollowLogEvent> {
  run.totals = { ...run.totals, resyncs: run.totals.resyncs + 1 }
  return concat(of(gap), copy(run, true), tail(run))
}

function copy<Copied>(run: FollowRun<Copied>, incremental: boolean): Observable<Copied> {
  return defer(() => {
    run.reached = undefined
    return run.copy(incremental)
  })
}

/** Goes on behind markers that are missing: transactions that were open there are never to end. */
function skip(run: FollowRun): Observable<FollowLogEvent> {
  run.isSkipping = true
  return tail(run)
}

function tail(run: FollowRun): Observable<FollowLogEvent> {
  const { source, target } = run
  return defer(() => placeOf(run)).pipe(
    concatMap((position) => {
      run.limit.begin()
      run.reached = position
      const started = { source: source.address, target: target.address, position }
      return concat(
        of<FollowLogEvent>({ kind: 'follow-started', ...started }),
        followTailInto(run, position),
      )
    }),
  )
}

/** Where the log is to be read from. */
async function placeOf(run: FollowRun): Promise<LogPosition> {
  const { source, target, isGlobal, followed, reached, isSkipping } = run
  const isWhole = reached === undefined || !(await unfinishedCopyOf(target, isGlobal))
  const position = reached ?? (await followed.position())
  if (position === undefined || !isWhole) {
    const reason = `an earlier copy into ${target.address} is not complete: finish that one first`
    throw new FollowReplicaError('ERR_FOLLOW_TARGET', source.address, reason)
  }
  return isSkipping ? { ...position, resumeTick: position.tick, openTransactions: [] } : position
}
