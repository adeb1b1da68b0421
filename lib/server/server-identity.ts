import type { Store } from '../store/index.js'
import type { Tick } from '../values/index.js'
import type { JsonObject, LoggerState, LogState } from '../wire/index.js'

/** The version of ArangoDB whose protocol is spoken; drivers want 3.8 or newer, major 3. */
export const ARANGODB_VERSION = '3.11.14'
/** The engine that followers expect. */
export const ENGINE_NAME = 'rocksdb'

/** The time in whole seconds, as servers write it. */
export function serverTime(): string {
  return serverTimeAt(0)
}

/** The time so many milliseconds from now. */
export function serverTimeAt(fromNowMs: number): string {
  return `${new Date(Date.now() + fromNowMs).toISOString().slice(0, 19)}Z`
}

/**
 * What an inventory tells of the log at a position.
 *
 * @param totalEvents - markers that were ever written
 */
export function logStateAt(lastTick: Tick, totalEvents: number): LogState {
  return {
    isRunning: true,
    lastLogTick: lastTick,
    lastUncommittedLogTick: lastTick,
    totalEvents,
    time: serverTime(),
  }
}

/** What the leader tells of itself, of its log at a position and of its clients. */
export function loggerStateAt(
  { serverId, markerCount }: Pick<Store, 'serverId' | 'markerCount'>,
  lastTick: Tick,
  clients: LoggerState['clients'],
): LoggerState {
  return {
    state: logStateAt(lastTick, markerCount),
    server: { version: ARANGODB_VERSION, serverId, engine: ENGINE_NAME },
    clients,
  }
}

/** What `wal/range` and `wal/lastTick` tell of the server. */
export function walServer({ serverId }: Pick<Store, 'serverId'>): JsonObject {
  return { version: ARANGODB_VERSION, serverId }
}
