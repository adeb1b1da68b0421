import type { Store } from '../store/index.js'
import type { Tick } from '../values/index.js'
import type { JsonObject, LoggerState, LogState } from '../wire/index.js'
import { isOlder, type Compat } from './compat.js'

/** The version of ArangoDB whose protocol is spoken; drivers want 3.8 or newer, major 3. */
const ARANGODB_VERSION = '3.11.14'
/** The last one before revision trees. */
const OLDER_VERSION = '3.7.18'
/** The engine that followers expect. */
export const ENGINE_NAME = 'rocksdb'

/** A leader's store, and the form of what it says. */
interface Identity<Names extends keyof Store> {
  readonly store: Pick<Store, Names>
  readonly compat: Compat
}

/** The version that a leader of that form says it is. */
export function versionOf(compat: Compat): string {
  return isOlder(compat) ? OLDER_VERSION : ARANGODB_VERSION
}

/** The time in whole seconds, as servers write it. */
export function serverTime(): string {
  return serverTimeAt(0)
}

/** The time so many milliseconds from now. */
export function serverTimeAt(fromNowMs: number): string {
  return timeText(Date.now() + fromNowMs)
}

/** A time in milliseconds since 1970, as servers write it. */
export function timeText(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`
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
  { store: { serverId, markerCount }, compat }: Identity<'serverId' | 'markerCount'>,
  lastTick: Tick,
  clients: LoggerState['clients'],
): LoggerState {
  return {
    state: logStateAt(lastTick, markerCount),
    server: { version: versionOf(compat), serverId, engine: ENGINE_NAME },
    clients,
  }
}

/** What `wal/range` and `wal/lastTick` tell of the server. */
export function walServer({ store: { serverId }, compat }: Identity<'serverId'>): JsonObject {
  return { version: versionOf(compat), serverId }
}
