import { CHUNK_BYTES } from '../core/index.js'
import type { DumpedChunk, RevisionAccess, SeekOptions } from '../replica/index.js'
import { EntryChunk } from '../streams/index.js'
import { revision, type Revision, type RevisionRange } from '../values/index.js'
import { nextTurn } from './next-turn.js'
import type { StoreCollection } from './store-records.js'
import type { StoreSnapshot } from './store-snapshot.js'

/** Revisions of one block: 512 KiB. */
export const BLOCK_REVISIONS = 65_536
/** Documents that are looked up before others have their turn: about a millisecond. */
const SLICE_DOCUMENTS = 500
/** Ranges that are looked into before others have their turn. */
const SLICE_RANGES = 250
const NEWLINE = Buffer.from('\n')

/** Looks up revisions of a collection in a snapshot; nothing crosses a wire. */
export function createStoreAccess(
  snapshot: StoreSnapshot,
  collection: StoreCollection,
): RevisionAccess {
  return {
    revisions: (ranges, { signal } = {}) => readRevisionsOf(snapshot, collection, ranges, signal),
    documents(revisions, options = {}) {
      const find = (wanted: Revision): Buffer | undefined =>
        snapshot.documentByRevision(collection, wanted)
      return readDocuments({ name: collection.definition.name, find }, revisions, options)
    },
  }
}

/** Revisions inside ascending ranges, in full blocks but for the last. */
export async function* readRevisionsOf(
  snapshot: StoreSnapshot,
  collection: StoreCollection,
  ranges: readonly RevisionRange[],
  signal: AbortSignal | undefined,
): AsyncGenerator<BigUint64Array> {
  let pages: BigUint64Array[] = []
  let count = 0
  for (const [index, { from, through }] of ranges.entries()) {
    if (index % SLICE_RANGES === SLICE_RANGES - 1) await nextTurn()
    for (let next: RevisionRange | undefined = { from, through }; next !== undefined;) {
      const limit = BLOCK_REVISIONS - count
      const page = await snapshot.readRevisions(collection, { ...next, limit, signal })
      if (page.length > 0) pages.push(page)
      count += page.length
      next = page.length < limit ? undefined : restOf(next, page)
      if (count < BLOCK_REVISIONS) continue
      yield join(pages, count)
      pages = []
      count = 0
    }
  }
  if (count > 0) yield join(pages, count)
}

function restOf({ through }: RevisionRange, page: BigUint64Array): RevisionRange | undefined {
  const last = page[page.length - 1] as bigint
  return last < through ? { from: revision(last + 1n), through } : undefined
}

function join(pages: readonly BigUint64Array[], count: number): BigUint64Array {
  const [first] = pages
  if (pages.length === 1 && first !== undefined) return first
  const joined = new BigUint64Array(count)
  let filled = 0
  for (const page of pages) {
    joined.set(page, filled)
    filled += page.length
  }
  return joined
}

/** Where documents are looked up one by one. */
export interface DocumentFinder {
  /** Of the collection, for the places of lines. */
  readonly name: string
  readonly find: (revision: Revision) => Buffer | undefined
}

/** Gives chunks of about `CHUNK_BYTES`, or of one document that is longer. */
export async function* readDocuments(
  { name, find }: DocumentFinder,
  revisions: AsyncIterable<BigUint64Array> | Iterable<BigUint64Array>,
  { maxInFlightBytes = CHUNK_BYTES, signal }: SeekOptions,
): AsyncGenerator<DumpedChunk> {
  const lines = new BareLines(name)
  const chunkBytes = Math.min(CHUNK_BYTES, maxInFlightBytes)
  let lookups = 0
  for await (const block of revisions) {
    for (const wanted of block) {
      signal?.throwIfAborted()
      const document = find(revision(wanted))
      if (document !== undefined) lines.add(document)
      if (lines.bytes >= chunkBytes) yield lines.take()
      lookups += 1
      if (lookups % SLICE_DOCUMENTS === 0) await nextTurn()
    }
  }
  if (lines.bytes > 0) yield lines.take()
}

/** Documents that become the lines of one chunk after the other. */
class BareLines {
  readonly #source: string
  #pieces: Buffer[] = []
  #ends: number[] = [0]
  #firstLineNumber = 1
  #byteOffset = 0

  constructor(source: string) {
    this.#source = source
  }

  /** Bytes of the lines that wait. */
  get bytes(): number {
    return this.#ends.at(-1) as number
  }

  add(document: Buffer): void {
    this.#pieces.push(document, NEWLINE)
    this.#ends.push(this.bytes + document.length + NEWLINE.length)
  }

  /** The lines that wait, as a chunk. */
  take(): DumpedChunk {
    const chunk = new EntryChunk({
      buffer: Buffer.concat(this.#pieces),
      offsets: Uint32Array.from(this.#ends),
      firstLineNumber: this.#firstLineNumber,
      byteOffset: this.#byteOffset,
      source: this.#source,
    })
    this.#firstLineNumber += chunk.lineCount
    this.#byteOffset += chunk.buffer.length
    this.#pieces = []
    this.#ends = [0]
    return { chunk, readBytes: chunk.buffer.length }
  }
}
