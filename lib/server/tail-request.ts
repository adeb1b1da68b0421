import { TAIL_CHUNK_BYTES, TAIL_CHUNK_BYTES_MAX, TAIL_CHUNK_BYTES_MIN } from '../core/index.js'
import { tick, type Tick } from '../values/index.js'
import type { Json, SystemCollectionOptions } from '../wire/index.js'
import { readClient, type ClientIdentity } from './client-identity.js'
import { booleanParameter, numberParameter, textParameter, type Parameters } from './parameters.js'
import { badRequest } from './request-error.js'

const U64_MAX = 2n ** 64n - 1n

/** A part of the log, between two ticks. */
export interface TickRange {
  /** Only markers above this tick. */
  readonly from: Tick
  /** Only markers up to this tick. */
  readonly to: Tick
}

/** What a request for a tail asks for. */
export interface TailRequest extends TickRange {
  /** All databases. */
  readonly isGlobal: boolean
  /** Name, local id in decimal, or globallyUniqueId; ignored by a global tail. */
  readonly collection: string | undefined
  readonly system: SystemCollectionOptions
  /** Bytes of lines after which no further one is put into the answer. */
  readonly chunkBytes: number
  /** How long to wait for the first marker, in seconds; 0 answers at once. */
  readonly waitSeconds: number
  readonly client: ClientIdentity
}

/**
 * Reads the parameters of `wal/tail` and `logger-follow` that say what is wanted. `lastScanned`,
 * `firstRegularTick` and `withHardLock` are accepted and change nothing: every marker of this log has
 * a tick of its own, so `from` alone tells where to go on.
 *
 * @throws RequestError as {@link readTickRange} and {@link readClient}
 */
export function readTail(query: Parameters): TailRequest {
  return {
    ...readTickRange(query),
    isGlobal: booleanParameter(query, 'global') ?? false,
    collection: textParameter(query, 'collection'),
    system: {
      includeSystem: booleanParameter(query, 'includeSystem') ?? true,
      includeFoxxQueues: booleanParameter(query, 'includeFoxxQueues') ?? false,
    },
    chunkBytes: readChunkBytes(query),
    // Whatever is longer than the longest wait is taken for it.
    waitSeconds: Number(numberParameter(query, 'wait') ?? 0n),
    client: readClient(query),
  }
}

/** @throws RequestError 400 when `from` is above `to`, or `to` is 0 */
export function readTickRange(query: Parameters): TickRange {
  const from = numberParameter(query, 'from') ?? 0n
  const to = numberParameter(query, 'to') ?? U64_MAX
  if (from > to || to === 0n) throw badRequest('invalid from/to values')
  return { from: tick(from), to: tick(to) }
}

/**
 * Checks the body of a PUT: ids of transactions that are open for the client. They change nothing,
 * since whole transactions come from a position before them.
 *
 * @throws RequestError 400 when it is not an array of texts
 */
export function checkTransactionIds(value: Json): void {
  if (!Array.isArray(value)) throw badRequest('invalid body value. expecting array')
  if (value.every((id: unknown) => typeof id === 'string')) return
  throw badRequest('invalid body value. expecting array of ids')
}

function readChunkBytes(query: Parameters): number {
  const bytes = numberParameter(query, 'chunkSize') ?? BigInt(TAIL_CHUNK_BYTES)
  if (bytes < TAIL_CHUNK_BYTES_MIN) return TAIL_CHUNK_BYTES_MIN
  return bytes < TAIL_CHUNK_BYTES_MAX ? Number(bytes) : TAIL_CHUNK_BYTES_MAX
}
