import { formatTick, type Tick } from '../values/index.js'
import type { Json, JsonObject } from './collection-definition.js'
import {
  asArray,
  asBoolean,
  asCount,
  asObject,
  asText,
  asTick,
  attribute,
  optional,
  read,
  type Reader,
} from './reader.js'

/** What an inventory and `logger-state` tell of the log. */
export interface LogState {
  readonly isRunning: boolean
  readonly lastLogTick: Tick
  /** Equal to `lastLogTick` since RocksDB; undefined where an old server does not tell. */
  readonly lastUncommittedLogTick: Tick | undefined
  readonly totalEvents: number
  /** UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly time: string
}

/** Answer of `GET logger-state`, and `state` of a batch that was asked for it. */
export interface LoggerState {
  readonly state: LogState
  readonly server: ServerIdentity
  /** What the server tells of its followers, as it came. */
  readonly clients: readonly JsonObject[]
}

/** Who a server is. */
export interface ServerIdentity {
  readonly version: string
  /** Decimal text of a 48-bit number. */
  readonly serverId: string
  /** `rocksdb`; `unknown` where the server does not tell. */
  readonly engine: string
}

/** @throws WireFormatError when an attribute that followers depend on is missing */
export function parseLoggerState(value: Json): LoggerState {
  return readLoggerState(read(value, 'a logger state'))
}

/** As {@link parseLoggerState}, inside a larger value. */
export function readLoggerState(reader: Reader): LoggerState {
  const server = attribute(reader, 'server')
  return {
    state: readLogState(attribute(reader, 'state')),
    server: {
      version: asText(attribute(server, 'version')),
      serverId: asText(attribute(server, 'serverId')),
      engine: optional(attribute(server, 'engine'), asText) ?? 'unknown',
    },
    clients: (optional(attribute(reader, 'clients'), asArray) ?? []).map(asObject),
  }
}

/** The JSON form: the inverse of {@link parseLoggerState}. */
export function formatLoggerState({ state, server, clients }: LoggerState): JsonObject {
  return { state: formatLogState(state), server: { ...server }, clients }
}

/** Reads the `state` of an inventory. */
export function readLogState(reader: Reader): LogState {
  return {
    isRunning: optional(attribute(reader, 'running'), asBoolean) ?? true,
    lastLogTick: asTick(attribute(reader, 'lastLogTick')),
    lastUncommittedLogTick: optional(attribute(reader, 'lastUncommittedLogTick'), asTick),
    totalEvents: optional(attribute(reader, 'totalEvents'), asCount) ?? 0,
    time: optional(attribute(reader, 'time'), asText) ?? '',
  }
}

/** The JSON form of {@link LogState}; a tick that was not told stays away. */
export function formatLogState(state: LogState): JsonObject {
  const { lastUncommittedLogTick } = state
  return {
    running: state.isRunning,
    lastLogTick: formatTick(state.lastLogTick),
    ...(lastUncommittedLogTick === undefined
      ? {}
      : { lastUncommittedLogTick: formatTick(lastUncommittedLogTick) }),
    totalEvents: state.totalEvents,
    time: state.time,
  }
}
