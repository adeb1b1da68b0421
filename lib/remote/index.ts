/**
 * Servers over HTTP, ArangoDB or tidemark, as a replica to read from.
 *
 * @packageDocumentation
 */
export type { BatchClock } from './batch-keeper.js'
export type { RemoteCredentials } from './credentials.js'
export { openRemote, type RemoteOptions } from './open-remote.js'
export type { RetryOptions } from './remote-connection.js'
export * from './remote-error.js'
