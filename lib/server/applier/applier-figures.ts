import type { Tick } from '../../values/index.js'

/** What a background follower is doing. */
type ApplierPhase = 'inactive' | 'initial' | 'running' | 'shutdown'

/** Why a background follower stopped, or what it tries again. */
export interface ApplierFailure {
  /** One of the numbers of replication: 1400 to 1414, or of the store. */
  readonly errorNum: number
  readonly message: string
  /** Milliseconds since 1970. */
  readonly time: number
}

/**
 * What there is to tell of a background follower while it runs. The run writes it, state documents are
 * made of it. Counts are since the server started, times in milliseconds.
 */
export interface ApplierFigures {
  phase: ApplierPhase
  /** Last marker that was applied and is durable. */
  lastApplied: Tick | undefined
  /** Last marker that was read. */
  lastProcessed: Tick | undefined
  /** Newest tick that the leader told. */
  lastAvailable: Tick | undefined
  /** Where to go on after a stop. */
  safeResume: Tick | undefined
  progress: { readonly time: number; readonly message: string; readonly failedConnects: number }
  /** Server id and version of the leader, once known. */
  leader: { readonly serverId: string; readonly version: string } | undefined
  totalRequests: number
  totalFailedConnects: number
  /** Markers. */
  totalEvents: number
  /** Documents written. */
  totalDocuments: number
  /** Documents removed. */
  totalRemovals: number
  totalResyncs: number
  /** Markers of collections that are not followed. */
  totalOperationsExcluded: number
  totalApplyTime: number
  /** How many times something was applied. */
  applyCount: number
  totalFetchTime: number
  /** How many times the log was fetched. */
  fetchCount: number
  lastError: ApplierFailure | undefined
}
