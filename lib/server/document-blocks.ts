import { setImmediate as nextTurn } from 'node:timers/promises'
import { CHUNK_BYTES } from '../core/index.js'
import { revision, type Revision } from '../values/index.js'
import { SliceArray, VelocyPackWriter } from '../wire/index.js'
import type { HeldBytes } from './answer-memory.js'

/** Documents after which others have their turn: about a millisecond. */
const SLICE_DOCUMENTS = 256
const NO_DOCUMENT = Buffer.from('{}')
const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']')
const COMMA = Buffer.from(',')

/** Which documents are answered. */
export interface DocumentsRange {
  readonly revisions: BigUint64Array
  /** The JSON text of the document that has a revision. */
  readonly find: (revision: Revision) => Buffer | undefined
  /** Bytes of documents that an answer has at most, but for its first one. */
  readonly chunkBytes: number
  readonly signal: AbortSignal
}

/**
 * Writes a JSON array of the documents that have the revisions, in their order, `{}` where there is
 * none, as many as `chunkBytes` allows. Nothing but the block that is being made is held.
 */
export async function* jsonDocuments({
  revisions,
  find,
  chunkBytes,
  signal,
}: DocumentsRange): AsyncGenerator<Buffer, void, undefined> {
  let parts: Buffer[] = [OPEN]
  let partsBytes = 0
  let sentBytes = 0
  for (const [index, value] of revisions.entries()) {
    const document = find(revision(value)) ?? NO_DOCUMENT
    if (index > 0 && sentBytes + document.length > chunkBytes) break
    sentBytes += document.length
    partsBytes += document.length
    if (index > 0) parts.push(COMMA)
    parts.push(document)
    if (partsBytes < CHUNK_BYTES && (index + 1) % SLICE_DOCUMENTS > 0) continue
    yield Buffer.concat(parts)
    parts = []
    partsBytes = 0
    await nextTurn()
    signal.throwIfAborted()
  }
  parts.push(CLOSE)
  yield Buffer.concat(parts)
}

/**
 * As {@link jsonDocuments}, in VelocyPack: `chunkBytes` counts the bytes of that. The answer is held,
 * and ends earlier when there is no memory for more.
 */
export async function velocyPackDocuments(
  { revisions, find, chunkBytes, signal }: DocumentsRange,
  held: HeldBytes,
): Promise<SliceArray> {
  const writer = new VelocyPackWriter()
  const array = new SliceArray()
  let sliceEnd = CHUNK_BYTES
  for (const [index, value] of revisions.entries()) {
    const slice = writer.write(find(revision(value)) ?? NO_DOCUMENT)
    if (index === 0) held.force(slice.length)
    else if (array.itemsBytes + slice.length > chunkBytes || !held.take(slice.length)) break
    array.add(slice)
    if (array.itemsBytes < sliceEnd && (index + 1) % SLICE_DOCUMENTS > 0) continue
    sliceEnd = array.itemsBytes + CHUNK_BYTES
    await nextTurn()
    signal.throwIfAborted()
  }
  return array
}
