import { setImmediate as nextTurn } from 'node:timers/promises'
import type { KeyedRevision } from '../../replica/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { badRequest, RequestError } from '../request-error.js'
import { JsonArrayBlocks, type KeysSource } from './key-chunks.js'

/** Documents that are looked up before others have their turn: about a millisecond. */
const SLICE_DOCUMENTS = 256
/** Bytes after which an answer ends, for clients that can ask for the rest. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024
const NULL = Buffer.from('null')

/** Which documents of a chunk are wanted. */
export interface WantedDocuments {
  readonly positions: readonly number[]
  /**
   * So many of the first positions are answered as null, since the client has their documents; a client
   * that says none gets all in one answer.
   */
  readonly offset: number | undefined
}

/**
 * Reads a body: an array of places in the chunk, ascending.
 *
 * @throws RequestError 400 when it is something else
 */
export function readPositions(value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw badPositions()
  let last = -1
  return value.map((position: unknown) => {
    if (typeof position !== 'number' || !Number.isSafeInteger(position)) throw badPositions()
    if (position <= last) throw badPositions()
    last = position
    return position
  })
}

function badPositions(): RequestError {
  return badRequest('body needs to be an array of ascending positions')
}

/**
 * Looks up the keys at the positions.
 *
 * @throws RequestError 400 when the chunk ends before one of them
 */
export function keysAt(
  rows: readonly KeyedRevision[],
  positions: readonly number[],
): readonly string[] {
  return positions.map((position) => {
    const row = rows[position]
    if (row !== undefined) return row.key
    throw new RequestError(400, ERROR_NUMBER.badParameter, 'not enough data in the chunk')
  })
}

/**
 * Writes the JSON array of the documents that have the keys.
 *
 * @param offset - as {@link WantedDocuments.offset}
 */
export async function* writeDocuments(
  source: KeysSource,
  keys: readonly string[],
  offset: number | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  const array = new JsonArrayBlocks()
  const known = keys.slice(0, offset ?? 0)
  for (const block of known.map(() => array.add(NULL))) if (block !== undefined) yield block
  const bytesMax = offset === undefined ? Infinity : ANSWER_BYTES_MAX
  for await (const document of readDocuments(source, keys.slice(known.length), bytesMax)) {
    const block = array.add(document)
    if (block !== undefined) yield block
  }
  yield array.end()
}

/** Ends behind the document that makes it more than so many bytes. */
async function* readDocuments(
  { snapshot, collection, signal }: KeysSource,
  keys: readonly string[],
  bytesMax: number,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0
  for (const [index, key] of keys.entries()) {
    const document = snapshot.document(collection, key) ?? NULL
    yield document
    bytes += document.length
    if (bytes > bytesMax) return
    if ((index + 1) % SLICE_DOCUMENTS > 0) continue
    await nextTurn()
    signal.throwIfAborted()
  }
}
