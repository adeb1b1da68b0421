import { CHUNK_BYTES, CHUNK_HIGH_WATER_MARK } from '../core/index.js'
import {
  formatDumpLine,
  type DocumentEntry,
  type JsonObject,
  type LinePlace,
} from '../wire/index.js'
import { ChunkBuilder } from './chunk-builder.js'
import type { ChunkEntry } from './chunk-entry.js'
import type { EntryChunk } from './entry-chunk.js'
import { formatChanged } from './format-changed.js'
import { createAsyncObjectTransform, type ObjectTransform } from './object-transform.js'
import { TransformError, transformError } from './transform-error.js'

/** What becomes of a document: itself, another one, several, or nothing when undefined. */
export type MappedDocuments = JsonObject | Iterable<JsonObject> | undefined

/**
 * Changes one document. The document is frozen: return a changed copy, `{ ...document, name }`; to
 * return the document itself means that it is unchanged. `entry` tells of the line it came from.
 */
export type DocumentMapper = (
  document: JsonObject,
  entry: ChunkEntry,
) => MappedDocuments | Promise<MappedDocuments>

/**
 * Makes a Transform that changes documents. Unchanged ones leave as the bytes that came; of a changed
 * one the attributes that were left alone do, so numbers that JavaScript cannot hold survive. A
 * changed document stays in the form of its line. Removals pass; blank lines are left out.
 *
 * @returns chunks in, chunks out; emits {@link DumpLineError} for a line that is no entry,
 *   {@link TransformError} for what the function throws and for a result without a text `_key`
 */
export function mapEntries(map: DocumentMapper): ObjectTransform<EntryChunk, EntryChunk> {
  return createAsyncObjectTransform((chunk: EntryChunk) => mapChunk(chunk, map), {
    highWaterMark: CHUNK_HIGH_WATER_MARK,
  })
}

/** {@link mapEntries} for one chunk; gives several when documents grow or multiply. */
export async function* mapChunk(
  chunk: EntryChunk,
  map: DocumentMapper,
): AsyncGenerator<EntryChunk> {
  let builder = new ChunkBuilder(chunk)
  for (const entry of chunk.lines()) {
    const read = entry.read()
    if (read.kind === 'removal') {
      builder.keep(entry.index)
      continue
    }
    const document = deepFreeze(JSON.parse(read.bytes.toString()) as JsonObject)
    const results = await callMapper(map, document, entry)
    for (const result of pullResults(results, entry)) {
      if (result === document) builder.keep(entry.index)
      else builder.put(formatResult(result, document, read, entry), entry.index)
      if (builder.bytes < CHUNK_BYTES) continue
      yield* built(builder)
      builder = new ChunkBuilder(chunk)
    }
  }
  yield* built(builder)
}

function* built(builder: ChunkBuilder): Generator<EntryChunk> {
  const chunk = builder.build()
  if (chunk !== undefined) yield chunk
}

/** Waits only when there is something to wait for. */
function callMapper(
  map: DocumentMapper,
  document: JsonObject,
  entry: ChunkEntry,
): MappedDocuments | Promise<MappedDocuments> {
  try {
    const results = map(document, entry)
    if (!(results instanceof Promise)) return results
    return results.catch((error: unknown) => {
      throw transformError(error, placeOf(entry))
    })
  } catch (error) {
    throw transformError(error, placeOf(entry))
  }
}

function* pullResults(results: MappedDocuments, entry: ChunkEntry): Generator<JsonObject> {
  if (results === undefined) return
  if (!isIterable(results)) {
    yield results
    return
  }
  try {
    yield* results
  } catch (error) {
    throw transformError(error, placeOf(entry))
  }
}

function isIterable(results: unknown): results is Iterable<JsonObject> {
  return typeof results === 'object' && results !== null && Symbol.iterator in results
}

function formatResult(
  result: JsonObject,
  document: JsonObject,
  origin: DocumentEntry,
  entry: ChunkEntry,
): Buffer {
  const key = keyOf(result)
  if (key === undefined) {
    throw new TransformError('the function gave a document without a text "_key"', placeOf(entry))
  }
  const revision = result['_rev']
  const revisionText = typeof revision === 'string' ? revision : undefined
  try {
    const bytes = Buffer.from(formatChanged(result, document, origin.bytes))
    return formatDumpLine({ ...origin, key, revisionText, bytes })
  } catch (error) {
    const reason = 'the function gave what has no JSON form'
    throw new TransformError(reason, placeOf(entry), { cause: error })
  }
}

function placeOf({ chunk, index }: ChunkEntry): LinePlace {
  return chunk.place(index)
}

/** What a user's function gave may be anything, whatever its type says. */
function keyOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null) return undefined
  const { _key: key } = result as { readonly _key?: unknown }
  return typeof key === 'string' && key !== '' ? key : undefined
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
