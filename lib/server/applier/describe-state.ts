import { formatTick, type Tick } from '../../values/index.js'
import type { JsonObject } from '../../wire/index.js'
import { timeText } from '../server-identity.js'
import type { ApplierConfig } from './applier-config.js'
import type { ApplierFailure, ApplierFigures } from './applier-figures.js'

const SECOND_MS = 1000

/** What a state document tells of. */
export interface ApplierStatus {
  readonly figures: Readonly<ApplierFigures>
  /** When it was started last, in milliseconds since 1970; undefined: never. */
  readonly startedAt: number | undefined
  readonly config: Pick<ApplierConfig, 'endpoint' | 'database'>
  /** Of this server. */
  readonly serverId: string
  /** Of ArangoDB, as this server says it is. */
  readonly version: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * What `applier-state` answers: members, their order and their types are those of the original, as
 * recorded. Ticks are text or null, times of work are seconds, and `ticksBehind` is there while it
 * runs.
 */
export function describeState(status: ApplierStatus): JsonObject {
  const { figures, startedAt, config, serverId, version, now } = status
  const { endpoint, database } = config
  const isRunning = figures.phase === 'running'
  return {
    state: {
      started: startedAt === undefined ? '' : timeText(startedAt),
      running: isRunning,
      phase: figures.phase,
      ...describeTicks(figures),
      ...(isRunning ? { ticksBehind: ticksBehind(figures) } : {}),
      ...describeWork(figures),
      lastError: describeFailure(figures.lastError),
      time: timeText(now),
    },
    server: { version, serverId },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(database === undefined ? {} : { database }),
  }
}

function describeTicks(figures: Readonly<ApplierFigures>): JsonObject {
  return {
    lastAppliedContinuousTick: describeTick(figures.lastApplied),
    lastProcessedContinuousTick: describeTick(figures.lastProcessed),
    lastAvailableContinuousTick: describeTick(figures.lastAvailable),
    safeResumeTick: describeTick(figures.safeResume),
  }
}

/** 0 is no tick of a log. */
function describeTick(tick: Tick | undefined): string | null {
  return tick === undefined || tick === 0n ? null : formatTick(tick)
}

/** A whole number, which may be more than JavaScript's hold. */
function ticksBehind(figures: Readonly<ApplierFigures>): bigint {
  const { lastApplied = 0n, lastProcessed = 0n, lastAvailable = 0n } = figures
  const reached = lastApplied > lastProcessed ? lastApplied : lastProcessed
  return lastAvailable > reached ? lastAvailable - reached : 0n
}

function describeWork(figures: Readonly<ApplierFigures>): JsonObject {
  const { progress, totalApplyTime, applyCount, totalFetchTime, fetchCount } = figures
  return {
    progress: {
      time: timeText(progress.time),
      message: progress.message,
      failedConnects: progress.failedConnects,
    },
    totalRequests: figures.totalRequests,
    totalFailedConnects: figures.totalFailedConnects,
    totalEvents: figures.totalEvents,
    totalDocuments: figures.totalDocuments,
    totalRemovals: figures.totalRemovals,
    totalResyncs: figures.totalResyncs,
    totalOperationsExcluded: figures.totalOperationsExcluded,
    totalApplyTime: totalApplyTime / SECOND_MS,
    averageApplyTime: average(totalApplyTime, applyCount),
    totalFetchTime: totalFetchTime / SECOND_MS,
    averageFetchTime: average(totalFetchTime, fetchCount),
  }
}

/** Seconds of one. */
function average(totalMs: number, count: number): number {
  return count === 0 ? 0 : totalMs / count / SECOND_MS
}

function describeFailure(failure: ApplierFailure | undefined): JsonObject {
  if (failure === undefined) return { errorNum: 0 }
  const { errorNum, message, time } = failure
  return { errorNum, time: timeText(time), errorMessage: message }
}
