/**
 * The leader: serves an embedded store over HTTP as the replication protocol wants it.
 *
 * @packageDocumentation
 */
export type { ApplierEvent, ApplierFailure } from './applier/index.js'
export type { LeaderAuth } from './auth/index.js'
export type { Clock, PlannedCall } from './clock.js'
export type { Compat } from './endpoint.js'
export { startLeader, type Leader, type LeaderOptions } from './leader.js'
export { LEADER_LIMITS, type LeaderLimits } from './leader-limits.js'
export { ListenError } from './listen-error.js'
export type { FailedRequest } from './request-handler.js'
export type { LeaderTls } from './tls.js'
export { TlsError, type TlsPart } from './tls-error.js'
