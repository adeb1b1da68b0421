import { DUMP_CHUNK_BYTES_MAX } from '../../core/index.js'
import { parseExactJson } from '../../streams/index.js'
import { JsonSyntaxError, type Json, type JsonObject } from '../../wire/index.js'
import type { FormattedBody } from '../body-format.js'
import { readObject } from '../object-body.js'
import { jsonBytesOf, unreadableBody } from '../read-body.js'
import { badParameter } from '../request-error.js'
import { parseFilters } from './dump-filters.js'
import { parseProjections } from './dump-projections.js'
import type { DumpSelection } from './make-documents.js'

/** What a context is to dump, and how (server notes, section 10). */
export interface DumpRequest extends DumpSelection {
  /** Names of collections, each once; on a single server that is what shards are. */
  readonly shards: readonly string[]
  /** Bytes after which no further document is put into a batch. */
  readonly batchBytes: number
  /** Most documents of a batch. */
  readonly docsPerBatch: number
  /** Batches that are found before somebody asks for them. */
  readonly prefetchCount: number
  /** Seconds that the context lives without being used; 0 stands for the default. */
  readonly ttlSeconds: number
}

/** Limits of a number; what is beyond them counts as the nearer one. */
interface NumberRange {
  readonly fallback: number
  readonly min: number
  readonly max: number
}

/** The original lets batches grow to a gibibyte; here they end where dumps of one collection do. */
const BATCH_BYTES: NumberRange = { fallback: 16_384, min: 4096, max: DUMP_CHUNK_BYTES_MAX }
const DOCS_PER_BATCH: NumberRange = { fallback: 10_000, min: 10, max: 1_000_000 }
const PREFETCH_COUNT: NumberRange = { fallback: 2, min: 0, max: 8 }
const PARALLELISM: NumberRange = { fallback: 2, min: 1, max: 8 }
const TTL_SECONDS: NumberRange = { fallback: 0, min: 0, max: Infinity }

/**
 * Reads the body of `POST /_api/dump/start`. Attributes that are unknown are passed over; so is
 * `parallelism`, once it was looked at: a batch is found in the time that it takes to send one.
 *
 * @throws RequestError 400 with errorNum 10 for an attribute that is missing or not of its type, 600
 *   for a body that is nested too deep
 */
export function parseDumpRequest(request: FormattedBody): DumpRequest {
  const body = readObject(request)
  readNumber(body, 'parallelism', PARALLELISM)
  return {
    shards: readShards(body['shards']),
    batchBytes: readNumber(body, 'batchSize', BATCH_BYTES),
    docsPerBatch: readNumber(body, 'docsPerBatch', DOCS_PER_BATCH),
    prefetchCount: readNumber(body, 'prefetchCount', PREFETCH_COUNT),
    ttlSeconds: readNumber(body, 'ttl', TTL_SECONDS),
    projections: parseProjections(body['projections']),
    conditions: body['filters'] === undefined ? [] : parseFilters(readExactFilters(request)),
  }
}

/** Reads the body a second time, since a number in a filter may be none that JavaScript has. */
function readExactFilters(request: FormattedBody): Json {
  try {
    const body = parseExactJson(jsonBytesOf(request).toString()) as JsonObject
    return body['filters']
  } catch (error) {
    throw error instanceof JsonSyntaxError ? unreadableBody('json') : error
  }
}

function readShards(value: Json): readonly string[] {
  const isList = Array.isArray(value) && value.every((name) => typeof name === 'string')
  if (!isList) throw badParameter('the attribute "shards" needs to be an array of names')
  return [...new Set(value as readonly string[])]
}

function readNumber(body: JsonObject, name: string, { fallback, min, max }: NumberRange): number {
  const value = body[name]
  if (value === undefined) return fallback
  const isWhole = typeof value === 'number' && (Number.isInteger(value) || name === 'ttl')
  if (!isWhole || value < 0) {
    throw badParameter(`the attribute "${name}" needs to be a number from 0 on`)
  }
  return Math.min(Math.max(value, min), max)
}
