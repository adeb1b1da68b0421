import type { KeyChunk, KeyedRevision } from '../replica/index.js'
import { compareUtf8 } from '../values/index.js'
import { WireFormatError } from '../wire/index.js'

const BEGUN = 'keys'
const CHUNKS = 'chunks of keys'
const KEYS = 'keys of a chunk'
const HASH = /^\d{1,20}$/

/** What a server answers that begins to compare by key. */
export interface BegunKeys {
  /** Undefined when there are too many documents for a quick answer. */
  readonly id: string | undefined
  /** Documents in the collection. */
  readonly count: number
}

/** @throws WireFormatError when there is no count, or the id is no text */
export function parseBegunKeys(value: unknown): BegunKeys {
  const { id, count } = Object(value) as Readonly<Record<string, unknown>>
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) {
    throw new WireFormatError(BEGUN, 'count', 'a count')
  }
  if (id !== undefined && (typeof id !== 'string' || id === '')) {
    throw new WireFormatError(BEGUN, 'id', 'text')
  }
  return { id, count }
}

/**
 * Reads the chunks of a collection, and makes sure that none overlaps another one.
 *
 * @param chunkKeys - documents of each chunk but the last
 * @throws WireFormatError when one has no keys or no hash, or is out of order
 */
export function parseChunks(value: unknown, chunkKeys: number): readonly KeyChunk[] {
  if (!Array.isArray(value)) throw new WireFormatError(CHUNKS, '', 'an array')
  let before: string | undefined
  return value.map((item: unknown, index) => {
    const { low, high, hash } = Object(item) as Readonly<Record<string, unknown>>
    if (typeof low !== 'string' || typeof high !== 'string') {
      throw new WireFormatError(CHUNKS, `[${index}]`, 'a chunk with its first and last key')
    }
    if (typeof hash !== 'string' || !HASH.test(hash)) {
      throw new WireFormatError(CHUNKS, `[${index}].hash`, 'a number as text')
    }
    const isBehind = before === undefined || compareUtf8(before, low) < 0
    if (!isBehind || compareUtf8(low, high) > 0) {
      throw new WireFormatError(CHUNKS, `[${index}]`, 'behind what comes before it')
    }
    before = high
    const count = index < value.length - 1 ? chunkKeys : undefined
    return { index, low, high, count, hash: BigInt(hash) }
  })
}

/**
 * Reads the keys of a chunk.
 *
 * @throws WireFormatError when they are not those of the chunk, or out of order
 */
export function parseKeys(
  value: unknown,
  { low, high, count }: KeyChunk,
): readonly KeyedRevision[] {
  if (!Array.isArray(value)) throw new WireFormatError(KEYS, '', 'an array')
  if (value.length !== (count ?? value.length)) throw new WireFormatError(KEYS, '', 'all keys')
  const rows = value.map((item: unknown, index) => {
    const [key, rev] = Array.isArray(item) ? (item as readonly unknown[]) : []
    if (typeof key === 'string' && typeof rev === 'string') return { key, rev }
    throw new WireFormatError(KEYS, `[${index}]`, 'a key and a revision')
  })
  for (let index = 1; index < rows.length; index += 1) {
    const [before, row] = [rows[index - 1], rows[index]] as [KeyedRevision, KeyedRevision]
    if (compareUtf8(before.key, row.key) >= 0) {
      throw new WireFormatError(KEYS, `[${index}]`, 'behind the key before it')
    }
  }
  if (rows[0]?.key !== low || rows.at(-1)?.key !== high) {
    throw new WireFormatError(KEYS, '', 'the keys of the chunk')
  }
  return rows
}
