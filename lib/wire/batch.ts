import { formatTick, type Tick } from '../values/index.js'
import type { Json, JsonObject } from './collection-definition.js'
import { formatLoggerState, readLoggerState, type LoggerState } from './logger-state.js'
import { asObject, asText, asTick, asWholeNumber, attribute, optional, read } from './reader.js'

/** Body of `POST batch` and `PUT batch/{id}`. */
export interface BatchRequest {
  /** Seconds; 0 stands for the server's default. */
  readonly ttlSeconds: number
}

/** Answer of `POST batch`. */
export interface Batch {
  /** Decimal text. */
  readonly id: string
  /** Position of the snapshot: where tailing goes on. */
  readonly lastTick: Tick
  /** Present when it was asked for and the server is 3.8 or newer. */
  readonly state: LoggerState | undefined
}

/**
 * Reads the body of a request for a batch.
 *
 * @throws WireFormatError when it is not an object or `ttl` is not a whole number of 0 or more
 */
export function parseBatchRequest(value: Json): BatchRequest {
  const reader = read(value, 'a batch request')
  asObject(reader)
  const ttl = attribute(reader, 'ttl')
  return { ttlSeconds: ttl.value === undefined ? 0 : asWholeNumber(ttl) }
}

/** The JSON form: the inverse of {@link parseBatchRequest}. */
export function formatBatchRequest({ ttlSeconds }: BatchRequest): JsonObject {
  return { ttl: ttlSeconds }
}

/** @throws WireFormatError when `id` or `lastTick` is missing */
export function parseBatch(value: Json): Batch {
  const reader = read(value, 'a batch')
  return {
    id: asText(attribute(reader, 'id')),
    lastTick: asTick(attribute(reader, 'lastTick')),
    state: optional(attribute(reader, 'state'), readLoggerState),
  }
}

/** The JSON form: the inverse of {@link parseBatch}. */
export function formatBatch({ id, lastTick, state }: Batch): JsonObject {
  return {
    id,
    lastTick: formatTick(lastTick),
    ...(state === undefined ? {} : { state: formatLoggerState(state) }),
  }
}
