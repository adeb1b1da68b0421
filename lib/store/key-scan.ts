import type { KeyedRevision } from '../replica/index.js'
import { formatRevisionLanes } from '../values/index.js'
import { KEY_BYTES_MAX } from './check-entry.js'
import { eachRow } from './each-row.js'
import type { KeyPage } from './key-page.js'
import type { ReadTransaction, Tables } from './layout.js'
import { nextTurn } from './next-turn.js'
import { KeyKey, readU32 } from './row-keys.js'

/** Keys that are read before others have their turn: some milliseconds. */
const SLICE_KEYS = 2048
const NO_BYTES = Buffer.alloc(0)
const ZERO = Buffer.from([0])

/** The keys of one collection, as one snapshot sees them. */
export interface KeySource {
  readonly keys: Tables['keys']
  readonly space: number
  /** Throws once the snapshot has ended. */
  readonly transaction: () => ReadTransaction
}

interface KeySlice {
  /** The first key, included. */
  readonly start: Buffer
  /** Not included. */
  readonly end: KeyKey
  readonly limit: number
}

/** Reads keys and the revisions of their documents, in slices. */
export async function readKeyPage(
  source: KeySource,
  { from, after, through, limit, signal }: KeyPage,
): Promise<KeyedRevision[]> {
  const found: KeyedRevision[] = []
  const { space } = source
  const end = new KeyKey().set(space + 1, NO_BYTES, 0, 0)
  if (through !== undefined) setKey(end, space, above(bytesOf(through)))
  let start = after === undefined ? bytesOf(from ?? '') : above(bytesOf(after))
  while (found.length < limit) {
    signal?.throwIfAborted()
    const wanted = Math.min(SLICE_KEYS, limit - found.length)
    const count = found.length
    const last = readSlice(source, { start, end, limit: wanted }, found)
    if (last === undefined || found.length - count < wanted) break
    start = above(last)
    await nextTurn()
  }
  return found
}

/** @returns the bytes of the last key; undefined when there was none */
function readSlice(
  { keys, space, transaction }: KeySource,
  { start: bytes, end, limit }: KeySlice,
  found: KeyedRevision[],
): Buffer | undefined {
  const start = setKey(new KeyKey(), space, bytes)
  let last: Buffer | undefined
  eachRow(keys.getRange({ start, end, limit, transaction: transaction() }), (row) => {
    const { key, value } = row as { readonly key: Buffer; readonly value: Buffer }
    const rev = formatRevisionLanes(readU32(value, 4), readU32(value, 0))
    found.push({ key: key.toString(), rev })
    last = key
    return true
  })
  return last
}

/** No key is longer than the bound, so that what is cut off does not matter. */
function bytesOf(key: string): Buffer {
  return Buffer.from(key).subarray(0, KEY_BYTES_MAX + 1)
}

/** The lowest bytes that are above a key. */
function above(key: Buffer): Buffer {
  return Buffer.concat([key, ZERO])
}

function setKey(target: KeyKey, space: number, bytes: Buffer): KeyKey {
  return target.set(space, bytes, 0, bytes.length)
}
