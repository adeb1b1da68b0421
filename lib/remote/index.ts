/**
 * Servers over HTTP, ArangoDB or tidemark, as a replica to read from and to write to.
 *
 * @packageDocumentation
 */
export type { BatchClock } from './batch-keeper.js'
export type { RemoteCredentials } from './credentials.js'
export { openRemote, type RemoteOptions } from './open-remote.js'
export { openRemoteTarget, type RemoteTargetOptions } from './open-remote-target.js'
export type { ParallelDumpMode } from './parallel-dumps.js'
export * from './refused-documents-error.js'
export type { ConnectOptions, RetryOptions } from './remote-connection.js'
export * from './remote-error.js'
export * from './examine/examination.js'
export { examineServer, type ExamineOptions } from './examine/examine-server.js'
