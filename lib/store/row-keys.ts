/*
 * Keys of the tables, big-endian, so that their byte order is the order of the numbers. lmdb calls
 * these for every row of a scan: they write into and read out of its key buffer and make no object.
 */

/** Largest id and space; the one above it ends the ranges of the last. */
export const ID_MAX = 0xffff_fffe

const HIGH = 0
const LOW = 1

/** Key of `documents`: space and revision as 32-bit lanes. Mutable: scans reuse it. */
export class DocumentKey {
  space = 0
  high = 0
  low = 0

  /** Sets all three. */
  set(space: number, high: number, low: number): this {
    this.space = space
    this.high = high
    this.low = low
    return this
  }

  /** Sets the revision from a bigint below 2^64. */
  setRevision(space: number, revision: bigint): this {
    return this.set(space, Number(revision >> 32n), Number(revision & 0xffff_ffffn))
  }

  /** Moves to the next revision; after 2^64 - 1 comes the next space. */
  increment(): this {
    this.low = (this.low + 1) >>> 0
    if (this.low !== 0) return this
    this.high = (this.high + 1) >>> 0
    if (this.high === 0) this.space += 1
    return this
  }
}

/** Key of `keys`: space and the bytes of a `_key`, which lie between the offsets. */
export class KeyKey {
  space = 0
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0

  set(space: number, bytes: Uint8Array, start: number, end: number): this {
    this.space = space
    this.bytes = bytes
    this.start = start
    this.end = end
    return this
  }
}

/** Key of `tree`: space and page. Mutable: scans reuse it. */
export class TreeKey {
  space = 0
  page = 0

  /** Sets both. */
  set(space: number, page: number): this {
    this.space = space
    this.page = page
    return this
  }
}

/** Bytes of a digest of values in a key of `unique`. */
export const DIGEST_BYTES = 16

/**
 * Key of `unique`: number of an index, digest of values, and the bytes of the `_key` of a document
 * that has them. Mutable: it is used again for each row.
 */
export class UniqueKey {
  number = 0
  /** {@link DIGEST_BYTES} characters, one a byte. */
  digest = ''
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0

  /** Sets all; without a key it is below all rows with the digest. */
  set(number: number, digest: string, key?: Pick<KeyKey, 'bytes' | 'start' | 'end'>): this {
    this.number = number
    this.digest = digest
    this.bytes = key?.bytes ?? this.bytes
    this.start = key?.start ?? 0
    this.end = key?.end ?? 0
    return this
  }
}

/** How lmdb writes and reads the keys of a table. */
export interface KeyCodec<Key> {
  readonly writeKey: (key: Key, target: Uint8Array, start: number) => number
  readonly readKey: (source: Uint8Array, start: number, end: number) => unknown
}

/** The codec of `documents` keys; reading puts the revision into `lanes` (high, low). */
export function documentKeyCodec(lanes: Uint32Array): KeyCodec<DocumentKey> {
  return {
    writeKey({ space, high, low }, target, start) {
      writeU32(target, start, space)
      writeU32(target, start + 4, high)
      return writeU32(target, start + 8, low)
    },
    readKey(source, start) {
      lanes[HIGH] = readU32(source, start + 4)
      lanes[LOW] = readU32(source, start + 8)
      return undefined
    },
  }
}

/** The codec of `keys` keys; reading gives a copy of the `_key`. */
export const KEY_KEY_CODEC: KeyCodec<KeyKey> = {
  writeKey(key, target, start) {
    return writeBytes(target, writeU32(target, start, key.space), key)
  },
  readKey(source, start, end) {
    return Buffer.from(source.subarray(start + 4, end))
  },
}

/** The codec of `unique` keys; reading gives a copy of what follows the index's number. */
export const UNIQUE_KEY_CODEC: KeyCodec<UniqueKey> = {
  writeKey(key, target, start) {
    const { number, digest } = key
    const offset = writeU32(target, start, number)
    for (let index = 0; index < digest.length; index += 1) {
      target[offset + index] = digest.charCodeAt(index)
    }
    return writeBytes(target, offset + digest.length, key)
  },
  readKey(source, start, end) {
    return Buffer.from(source.subarray(start + 4, end))
  },
}

/** The codec of `tree` keys; reading puts the page into `page`. */
export function treeKeyCodec(page: Uint32Array): KeyCodec<TreeKey> {
  return {
    writeKey({ space, page: number }, target, start) {
      const offset = writeU32(target, start, space)
      target[offset] = number >>> 8
      target[offset + 1] = number
      return offset + 2
    },
    readKey(source, start) {
      page[0] = ((source[start + 4] as number) << 8) | (source[start + 5] as number)
      return undefined
    },
  }
}

/** The codec of `wal` keys, which are ticks; reading puts the tick into `lanes` (high, low). */
export function tickCodec(lanes: Uint32Array): KeyCodec<bigint> {
  return {
    writeKey(tick, target, start) {
      writeU32(target, start, Number(tick >> 32n))
      return writeU32(target, start + 4, Number(tick & 0xffff_ffffn))
    },
    readKey(source, start) {
      lanes[HIGH] = readU32(source, start)
      lanes[LOW] = readU32(source, start + 4)
      return undefined
    },
  }
}

function writeBytes(
  target: Uint8Array,
  offset: number,
  { bytes, start, end }: Pick<KeyKey, 'bytes' | 'start' | 'end'>,
): number {
  for (let index = start; index < end; index += 1) {
    target[offset + index - start] = bytes[index] as number
  }
  return offset + end - start
}

function writeU32(target: Uint8Array, start: number, value: number): number {
  target[start] = value >>> 24
  target[start + 1] = value >>> 16
  target[start + 2] = value >>> 8
  target[start + 3] = value
  return start + 4
}

/** Reads four big-endian bytes. */
export function readU32(source: Uint8Array, start: number): number {
  const top = (source[start] as number) * 0x100_0000
  const middle = ((source[start + 1] as number) << 16) | ((source[start + 2] as number) << 8)
  return top + (middle | (source[start + 3] as number))
}
