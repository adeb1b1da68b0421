import type { LogPosition } from '../../replica/index.js'
import type { ApplierFigures } from './applier-figures.js'

/**
 * What there is to tell of a follower that has not run.
 *
 * @param database - name; undefined for all databases
 * @param now - milliseconds since 1970
 */
export function createFigures(database: string | undefined, now: number): ApplierFigures {
  const whose = database === undefined ? 'all databases' : `database '${database}'`
  const message = `applier initially created for ${whose}`
  return {
    phase: 'inactive',
    lastApplied: undefined,
    lastProcessed: undefined,
    lastAvailable: undefined,
    safeResume: undefined,
    progress: { time: now, message, failedConnects: 0 },
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

/**
 * The figures of a follower that does not run: where its data stands is what the store says, after a
 * restart too.
 */
export function showPosition(
  figures: Readonly<ApplierFigures>,
  position: LogPosition | undefined,
): ApplierFigures {
  const { tick, resumeTick } = position ?? {}
  const lastAvailable = position === undefined ? undefined : figures.lastAvailable
  return {
    ...figures,
    lastApplied: tick,
    lastProcessed: tick,
    lastAvailable,
    safeResume: resumeTick,
  }
}
