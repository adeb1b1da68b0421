import type { Store } from '../store/index.js'
import type { Tick } from '../values/index.js'
import type { JsonObject, LoggerState, LogState } from '../wire/index.js'

/** The version of ArangoDB whose protocol is spoken; drivers want 3.8 or newer, major 3. */
export const ARANGODB_VERSION = '3.11.14'
/** The engine that followers expect. */
export const ENGINE_NAME = 'rocksdb'

/** The time in whole seconds, as servers write it. */
export function serverTime(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}

/** What an inventory tells of the log at a position. */
export function logStateAt(lastTick: Tick): LogState {
  return {
    isRunning: true,
    lastLogTick: lastTick,
    lastUncommittedLogTick: lastTick,
    totalEvents: 0,
    time: serverTime(),
  }
}

/** What the leader tells of itself and its log at a position. */
export function loggerStateAt(store: Pick<Store, 'serverId'>, lastTick: Tick): LoggerState {
  return {
    state: logStateAt(lastTick),
    server: { version: ARANGODB_VERSION, serverId: store.serverId, engine: ENGINE_NAME },
    clients: [],
  }
}

/** What `wal/range` and `wal/lastTick` tell of the server. */
export function walServer({ serverId }: Pick<Store, 'serverId'>): JsonObject {
  return { version: ARANGODB_VERSION, serverId }
}
