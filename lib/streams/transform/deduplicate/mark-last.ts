import type { ChunkSpool } from './chunk-spool.js'
import { KEY_HASH_BYTES, KeyTable } from './key-table.js'

/** A part of the lines of which it is known whether they stay. */
export interface LastLines {
  /** Place of the first line that is meant, counted from 0. */
  readonly first: number
  /** The place after the last one. */
  readonly end: number
  /** Tells whether no line behind this one has its key. */
  isLast(place: number): boolean
}

/** Bounds of {@link markLast}. */
export interface MarkLimits {
  /** Keys that are held at one time. */
  readonly maxKeys: number
  /** Lines that are decided on. */
  readonly windowLines: number
}

/**
 * Finds out which lines, from one on, are the last with their key. The hashes of all keys behind it are
 * read once for every `maxKeys` of them, and each time another part of the keys is looked at.
 */
export async function markLast(
  spool: ChunkSpool,
  first: number,
  { maxKeys, windowLines }: MarkLimits,
): Promise<LastLines> {
  const end = Math.min(spool.lineCount, first + windowLines)
  const marks = new Uint8Array(Math.ceil((end - first) / 8))
  const passes = Math.ceil((spool.lineCount - first) / maxKeys)
  for (let pass = 0; pass < passes; pass += 1) {
    const table = new KeyTable()
    let place = first
    for await (const hashes of spool.hashes(first)) {
      for (let offset = 0; offset < hashes.length; offset += KEY_HASH_BYTES, place += 1) {
        // Other bits than those that choose the slot in the table.
        if (hashes.readUInt32LE(offset + KEY_HASH_BYTES - 4) % passes !== pass) continue
        const before = table.put(hashes, offset, place)
        if (before !== undefined && before < end) clearMark(marks, before - first)
        if (place < end) setMark(marks, place - first)
      }
    }
  }
  return { first, end, isLast: (place) => hasMark(marks, place - first) }
}

function setMark(marks: Uint8Array, index: number): void {
  marks[index >>> 3] = (marks[index >>> 3] as number) | (1 << (index & 7))
}

function clearMark(marks: Uint8Array, index: number): void {
  marks[index >>> 3] = (marks[index >>> 3] as number) & ~(1 << (index & 7))
}

function hasMark(marks: Uint8Array, index: number): boolean {
  return ((marks[index >>> 3] as number) & (1 << (index & 7))) !== 0
}
