import { CHUNK_BYTES } from '../../core/index.js'
import type { KeyedRevision } from '../../replica/index.js'
import type { StoreCollection, StoreSnapshot } from '../../store/index.js'
import { KeysHash } from '../../wire/index.js'
import { parseLenientNumber } from '../parameters.js'

/** Documents of a chunk, and its bounds; what is out of them is taken for one of them. */
export const CHUNK_KEYS = 5000
const CHUNK_KEYS_MIN = 100
const CHUNK_KEYS_MAX = 20_000
const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']')

/** The keys of a collection in a snapshot. */
export interface KeysSource {
  readonly snapshot: Pick<StoreSnapshot, 'readKeys' | 'document'>
  readonly collection: StoreCollection
  readonly signal: AbortSignal
}

/** Which part of the keys a request is about. */
export interface KeysPart {
  /** The chunk's place, where it does not say its first key. */
  readonly chunk: bigint
  readonly chunkKeys: number
  /** The first key of the chunk. */
  readonly low: string | undefined
}

/** Reads how many keys a chunk has: below 100 it is 5000, above 20000 it is that. */
export function readChunkKeys(text: string | undefined): number {
  const keys = text === undefined ? BigInt(CHUNK_KEYS) : parseLenientNumber(text)
  if (keys < CHUNK_KEYS_MIN) return CHUNK_KEYS
  return keys > CHUNK_KEYS_MAX ? CHUNK_KEYS_MAX : Number(keys)
}

/** Writes the JSON array of all chunks: first and last key, and the hash of what is in them. */
export async function* writeChunks(
  { snapshot, collection, signal }: KeysSource,
  chunkKeys: number,
): AsyncGenerator<Buffer, void, undefined> {
  const array = new JsonArrayBlocks()
  for (let after: string | undefined; ;) {
    const rows = await snapshot.readKeys(collection, { after, limit: chunkKeys, signal })
    const [first, last] = [rows[0], rows.at(-1)]
    if (first === undefined || last === undefined) break
    const block = array.add(Buffer.from(formatChunk(first.key, last.key, rows)))
    if (block !== undefined) yield block
    if (rows.length < chunkKeys) break
    after = last.key
  }
  yield array.end()
}

function formatChunk(low: string, high: string, rows: readonly KeyedRevision[]): string {
  const hash = new KeysHash()
  for (const { key, rev } of rows) hash.add(key, rev)
  return JSON.stringify({ low, high, hash: hash.value.toString() })
}

/** Writes the JSON array of the keys and revisions of a chunk. */
export async function* writeKeys(
  source: KeysSource,
  part: KeysPart,
): AsyncGenerator<Buffer, void, undefined> {
  const array = new JsonArrayBlocks()
  for (const { key, rev } of await readChunk(source, part)) {
    const block = array.add(Buffer.from(JSON.stringify([key, rev])))
    if (block !== undefined) yield block
  }
  yield array.end()
}

/** The keys of a chunk: from its first key on, or, where that is not told, from its place. */
export async function readChunk(
  { snapshot, collection, signal }: KeysSource,
  { chunk, chunkKeys, low }: KeysPart,
): Promise<readonly KeyedRevision[]> {
  const page = { limit: chunkKeys, signal }
  if (low !== undefined) return snapshot.readKeys(collection, { ...page, from: low })
  if (chunk * BigInt(chunkKeys) >= BigInt(collection.documents)) return []
  let after: string | undefined
  for (let skipped = 0n; skipped < chunk; skipped += 1n) {
    after = (await snapshot.readKeys(collection, { ...page, after })).at(-1)?.key
  }
  return snapshot.readKeys(collection, { ...page, after })
}

/** Puts the items of a JSON array together to blocks of about `CHUNK_BYTES`. */
export class JsonArrayBlocks {
  #parts: Buffer[] = [OPEN]
  #bytes = 0
  #isEmpty = true

  /** @returns a block that is full, with the item in it */
  add(item: Buffer): Buffer | undefined {
    if (!this.#isEmpty) this.#parts.push(Buffer.from(','))
    this.#isEmpty = false
    this.#parts.push(item)
    this.#bytes += item.length + 1
    return this.#bytes < CHUNK_BYTES ? undefined : this.#take()
  }

  /** The last block. */
  end(): Buffer {
    this.#parts.push(CLOSE)
    return this.#take()
  }

  #take(): Buffer {
    const block = Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    return block
  }
}
