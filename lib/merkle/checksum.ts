import { hash } from 'node:crypto'
import { decodeU64, joinLanes, readRevisionLanes, wrapU64, type Lanes } from '../values/index.js'
import { CanonicalWriter, DumpLineScanner } from '../wire/index.js'
import type { EntryChunk } from '../streams/index.js'
import { hashRevision } from './revision-hash.js'

/** What a set of documents sums up to; independent of their order, and additive. */
export interface Checksum {
  readonly count: number
  /** XOR of the Merkle hash of each revision. */
  readonly revisions: bigint
  /**
   * Sum modulo 2^64 of the first 8 bytes, big-endian, of SHA-256 over each document in its canonical
   * form ({@link CanonicalWriter}: no `_rev` and `_id`).
   */
  readonly contents: bigint
  /** Removals of an old dump that were passed over; a checksum cannot take a document back. */
  readonly removals: number
}

/** The checksum of no documents. */
export const EMPTY_CHECKSUM: Checksum = { count: 0, revisions: 0n, contents: 0n, removals: 0 }

/** The checksum of two disjoint sets together. */
export function addChecksums(a: Checksum, b: Checksum): Checksum {
  return {
    count: a.count + b.count,
    revisions: a.revisions ^ b.revisions,
    contents: wrapU64(a.contents + b.contents),
    removals: a.removals + b.removals,
  }
}

/**
 * Sums up the documents of a chunk. A document without a text `_rev` counts as revision 0.
 *
 * @throws DumpLineError when a line is not an entry
 */
export function checksumChunk(chunk: EntryChunk): Checksum {
  const scanner = new DumpLineScanner()
  const writer = new CanonicalWriter()
  const sum: Lanes = { high: 0, low: 0 }
  let count = 0
  let removals = 0
  let contents = 0n
  for (let index = 0; index < chunk.lineCount; index += 1) {
    if (!chunk.scanLine(index, scanner)) continue
    if (scanner.isRemoval) {
      removals += 1
      continue
    }
    count += 1
    addRevision(chunk.buffer, scanner, sum)
    const canonical = writer.write(chunk.buffer, scanner.documentStart, scanner.documentEnd)
    contents += decodeU64(hash('sha256', canonical, 'buffer'))
  }
  return { count, removals, revisions: joinLanes(sum), contents: wrapU64(contents) }
}

function addRevision(bytes: Buffer, scanner: DumpLineScanner, sum: Lanes): void {
  const lanes: Lanes = { high: 0, low: 0 }
  if (scanner.revisionStart >= 0) {
    readRevisionLanes(bytes, scanner.revisionStart, scanner.revisionEnd, lanes)
  }
  hashRevision(lanes, lanes)
  sum.high = (sum.high ^ lanes.high) >>> 0
  sum.low = (sum.low ^ lanes.low) >>> 0
}
